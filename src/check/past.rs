//! Windows beyond the one at hand: rolling ones, those before it, and a number over all of its groups.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::TermId;
use crate::base::span::{Span, Spanned};
use crate::base::value::Kind;
use crate::base::vocabulary::{Among, Operator, ShortWindow};
use crate::base::window::WindowKind;
use crate::check::checker::Checker;
use crate::check::clauses::values_of;
use crate::check::contract::{Dimension, Empty, Measure, TermBody};
use crate::check::kinds::is_pure;
use crate::check::value::{Node, OverAll, Past, Value};
use crate::check::values::{Context, value_of};
use crate::check::windows::Per;
use crate::syntax::tree::{self, Define, DefineOption, Expr, ExprNode, Word};

/// The most windows that a number looks back.
const MOST: i64 = 120;

impl Checker<'_> {
    /// `rolling 12 months`: the window that ends with each settlement period.
    pub(super) fn rolling(&mut self, length: &str, span: Span) -> Option<WindowKind> {
        let (number, unit) = length.split_once(' ').unwrap_or((length, ""));
        let months = match unit {
            "month" | "months" => Some(1),
            "quarter" | "quarters" => Some(3),
            "year" | "years" => Some(12),
            _ => None,
        };
        let count = number.parse::<u16>().ok().filter(|count| *count > 0);
        let length = count.zip(months).and_then(|(count, months)| count.checked_mul(months));
        let every = self.rhythm().months().and_then(|months| u16::try_from(months).ok()).unwrap_or(1);
        if length.is_some_and(|months| months < every) {
            let message = format!(
                "`rolling {number} {unit}` ends with each settlement period, and that is longer: {every} months"
            );
            let help = "name as many months as a settlement period has, or more";
            return self.wrong(Code::C023, span, message, help);
        }
        if let Some(months) = length.filter(|months| i64::from(*months) <= MOST) {
            return Some(WindowKind::Rolling { months, every });
        }
        let help = "write from `rolling 1 month` to `rolling 120 months`, or quarters or years";
        self.wrong(Code::C023, span, "a rolling window is a number of months that ends with a period".to_owned(), help)
    }

    /// A word and `of` before a number in earlier windows or over its groups; `None` where the operand is neither.
    pub(super) fn of_measure(
        &mut self,
        word: &str,
        operand: &Expr,
        span: Span,
        context: &Context,
    ) -> Option<Option<Value>> {
        let (inner, weight) = if let ExprNode::Weighted(inner, weight) = &*operand.node {
            (inner, Some(weight))
        } else {
            (operand, None)
        };
        if let ExprNode::Past(past) = &*inner.node
            && past.count.is_some()
        {
            let among = self.among(word, span).filter(|_| self.refuse_weight(weight).is_some());
            return Some(among.and_then(|among| self.past(among, past, span, context)));
        }
        if let ExprNode::OverAll(of, groups) = &*inner.node {
            let among = self.among(word, span);
            return Some(among.and_then(|among| self.over_all(among, (of, groups, weight), span, context)));
        }
        None
    }

    fn among(&mut self, word: &str, span: Span) -> Option<Among> {
        match word {
            "total" => Some(Among::Total),
            "mean" => Some(Among::Mean),
            "least" => Some(Among::Least),
            "greatest" => Some(Among::Greatest),
            _ => {
                let message = format!("`{word} of` several values of one number has no meaning");
                self.wrong(Code::C024, span, message, "write `total of`, `mean of`, `least of` or `greatest of`")
            }
        }
    }

    fn refuse_weight(&mut self, weight: Option<&Expr>) -> Option<()> {
        match weight {
            Some(weight) => {
                let help = "total both in the windows and divide: `total of A over … / total of B over …`";
                self.wrong(Code::C024, weight.span, "windows are not weighted".to_owned(), help)
            }
            None => Some(()),
        }
    }

    /// `availability in the previous month`
    pub(super) fn previous(&mut self, past: &tree::Past, span: Span, context: &Context) -> Option<Value> {
        if past.count.is_some() {
            let help = "write `least of NAME over the last 3 months`; `total of`, `mean of` and `greatest of` work too";
            return self.wrong(Code::C024, span, "it is not said what is taken of these windows".to_owned(), help);
        }
        self.past(Among::Greatest, past, span, context)
    }

    fn past(&mut self, among: Among, past: &tree::Past, span: Span, context: &Context) -> Option<Value> {
        let (term, measure) = self.measure_named(&past.of)?;
        self.only_in_definitions(span, context)?;
        let name = self.words(past.of.span);
        self.fits(&name, &measure, past.of.span, context)?;
        self.same_window(&past.window, measure.window)?;
        let (from, to) = match &past.count {
            None => (1, 1),
            Some(count) => {
                let count = self.windows_back(count)?;
                if past.with_this { (count.saturating_sub(1), 0) } else { (count, 1) }
            }
        };
        Some(value_of(Node::Past(Past { among, term, from, to }), measure.value.kind, span))
    }

    /// `clause 4.2 of 3 months earlier`: what it charged then, in the window and group of the sentence.
    pub(super) fn clause_earlier(&mut self, earlier: &tree::Earlier, context: &Context) -> Option<Value> {
        let mut value = self.value(&earlier.clause, context)?;
        let Some(window) = context.window else {
            let message = "a clause is read in earlier windows of a sentence; here there is no window".to_owned();
            let help = "write it as the amount of a sentence that opens with `each` or `when`";
            return self.wrong(Code::C022, earlier.clause.span, message, help);
        };
        self.window_of_sentence(&earlier.window, window)?;
        let count = self.windows_back(&earlier.count)?;
        if let Node::Clause(_, back) = &mut *value.node {
            *back = count;
        }
        Some(value)
    }

    fn window_of_sentence(&mut self, word: &Word, own: WindowKind) -> Option<()> {
        if self.names_window(word, own) {
            return Some(());
        }
        let own = if let WindowKind::Rolling { .. } = own { self.rhythm() } else { own };
        let message = format!("the sentence is computed per {}, not per {}", own.word(), singular(&word.node));
        self.wrong(Code::C023, word.span, message, format!("look back in windows of the sentence: `{}s`", own.word()))
    }

    /// A limit reads an earlier window by its base alone.
    pub(super) fn refuse_earlier(&mut self, amount: &Value) -> Option<()> {
        let mut earlier = false;
        self.visit(amount, &mut |node, _| earlier |= matches!(node, Node::Clause(_, 1..)));
        if !earlier {
            return Some(());
        }
        let message = "a limit is no part of what a clause charged some windows earlier".to_owned();
        let help = "write `of the previous year` behind the part, for the window before that of the limit";
        self.wrong(Code::C024, amount.span, message, help)
    }

    fn windows_back(&mut self, count: &Spanned<crate::base::number::Ratio>) -> Option<i64> {
        if let Some(found) = count.node.to_i64().filter(|count| (1..=MOST).contains(count)) {
            return Some(found);
        }
        let help = format!("look back from 1 to {MOST} windows");
        self.wrong(Code::C005, count.span, "this is no number of windows to look back".to_owned(), help)
    }

    /// The word behind a number of windows names the window of the measure.
    fn same_window(&mut self, word: &Word, own: WindowKind) -> Option<()> {
        if self.names_window(word, own) {
            return Some(());
        }
        let own = if let WindowKind::Rolling { .. } = own { self.rhythm() } else { own };
        let message = format!("the number is counted per {}, not per {}", own.word(), singular(&word.node));
        self.wrong(Code::C023, word.span, message, format!("look back in windows of its own: `{}s`", own.word()))
    }

    fn names_window(&self, word: &Word, own: WindowKind) -> bool {
        let own = if let WindowKind::Rolling { .. } = own { self.rhythm() } else { own };
        let singular = singular(&word.node);
        let known = own.word() == singular || (singular == "period" && own == self.rhythm());
        let calendar = singular.strip_prefix("calendar ").is_some_and(|bare| bare == own.word());
        let contract = own.word().strip_prefix("contract ").is_some_and(|bare| bare == singular);
        known || calendar || contract
    }

    fn measure_named(&mut self, expr: &Expr) -> Option<(TermId, Measure)> {
        if let ExprNode::Name(name) = &*expr.node
            && self.defines.contains_key(name.as_str())
        {
            let id = self.term_id(name, expr.span)?;
            if let TermBody::Measure(measure) = &self.terms.get(id.index())?.body {
                return Some((id, measure.clone()));
            }
        }
        let help = "give it a definition with a window of its own, and use its name here";
        self.wrong(Code::C022, expr.span, "a number observed from events is named here".to_owned(), help)
    }

    /// What it is without earlier windows is an option of a definition.
    fn only_in_definitions(&mut self, span: Span, context: &Context) -> Option<()> {
        if context.defining {
            return Some(());
        }
        let help = "write it in a `define … per month = …` and use the name here";
        self.wrong(Code::C022, span, "earlier windows and other groups are read in a definition".to_owned(), help)
    }

    /// `mean of availability over all sites weighted by committed`
    fn over_all(
        &mut self,
        among: Among,
        (of, groups, weight): (&Expr, &Word, Option<&Expr>),
        span: Span,
        context: &Context,
    ) -> Option<Value> {
        self.only_in_definitions(span, context)?;
        let (term, measure) = self.measure_named(of)?;
        let name = self.words(of.span);
        let group = self.group_of_many(groups)?;
        let rest: Vec<Dimension> = measure.dims.iter().copied().filter(|dim| *dim != group).collect();
        if rest.len() == measure.dims.len() {
            let message = format!("`{name}` is counted {}", self.dims_in_words(&measure.dims));
            return self.wrong(Code::C023, groups.span, message, "name one of the groups of the number");
        }
        let coarse = Measure { dims: rest, ..measure.clone() };
        self.fits(&name, &coarse, of.span, context)?;
        let weight = match weight {
            Some(weight) if among == Among::Mean => Some(self.weight_of_groups(weight, &measure)?),
            Some(weight) => {
                let help = "only a mean is weighted";
                return self.wrong(Code::C024, weight.span, "this weight has no meaning".to_owned(), help);
            }
            None => None,
        };
        if among == Among::Mean {
            self.ask_about_exactness(&name, &measure, span, context);
        }
        Some(value_of(Node::OverAll(OverAll { among, term, weight }), measure.value.kind, span))
    }

    fn weight_of_groups(&mut self, weight: &Expr, measure: &Measure) -> Option<TermId> {
        let (term, by) = self.measure_named(weight)?;
        if by.window == measure.window && by.dims == measure.dims {
            return Some(term);
        }
        let message = "a weight is counted over the same window and groups".to_owned();
        self.wrong(Code::C023, weight.span, message, "define both alike")
    }

    /// `sites`: the group whose name it is the plural of.
    fn group_of_many(&mut self, word: &Word) -> Option<Dimension> {
        let text = word.node.as_str();
        let stems = [
            Some(text.to_owned()),
            text.strip_suffix('s').map(str::to_owned),
            text.strip_suffix("es").map(str::to_owned),
            text.strip_suffix("ies").map(|stem| format!("{stem}y")),
        ];
        for stem in stems.into_iter().flatten() {
            match self.family_or_group(&Word::new(stem, word.span)) {
                Some(Per::Family(family)) => return Some(Dimension::Asset(family)),
                Some(Per::Group(dim)) => return Some(dim),
                Some(Per::Window(_) | Per::Unit(..)) | None => {}
            }
        }
        let help = "name an asset family or an attribute, such as `over all sites`";
        self.wrong(Code::C010, word.span, format!("there is no group `{text}`"), help)
    }

    fn ask_about_exactness(&mut self, name: &str, measure: &Measure, span: Span, context: &Context) {
        let mut divides = false;
        self.visit(&measure.value, &mut |node, _| {
            divides |= matches!(node, Node::Arithmetic(Operator::Over, ..));
        });
        let ratio = measure.value.kind == Kind::Percentage || (divides && is_pure(&measure.value.kind));
        if !ratio || measure.rounding.is_some() || context.options.each_exact {
            return;
        }
        self.report(
            Diagnostic::new(
                Code::C154,
                span,
                format!("it is not said whether each `{name}` is rounded before the mean is taken"),
            )
            .label("98.444% and 99.333% have the mean 98.8885%; rounded to 0.1% first, 98.85%")
            .answer("each exact", "the mean of the exact ratios; write it behind this definition")
            .answer("rounded to 0.1% half up", format!("the mean of rounded ratios; write it behind `{name}`"))
            .help("a mean of ratios differs from the ratio of the totals: for that, divide the two totals"),
        );
    }

    /// Refuses an option about windows that a definition gives no meaning to.
    pub(super) fn refuse_idle_windows(
        &mut self,
        option: &Spanned<DefineOption>,
        value: &Value,
        window: Option<WindowKind>,
    ) -> Option<()> {
        let rolls = matches!(window, Some(WindowKind::Rolling { .. }));
        let (mut past, mut mean) = (false, false);
        self.visit(value, &mut |node, _| {
            past |= matches!(node, Node::Past(_));
            mean |= matches!(node, Node::OverAll(all) if all.among == Among::Mean);
        });
        let (idle, message, help) = match &option.node {
            DefineOption::Short(_) => (
                !rolls && !past,
                "no window begins before the term here",
                "remove it: each window begins after the one before",
            ),
            DefineOption::UsedUp(_) => {
                (!rolls, "the windows do not overlap", "remove it, or count `per rolling 12 months`")
            }
            DefineOption::EachExact => (!mean, "no mean of several ratios is taken here", "remove it"),
            DefineOption::In(_)
            | DefineOption::Rounded(_)
            | DefineOption::NotRounded
            | DefineOption::AtLeast(_)
            | DefineOption::AtMost(_)
            | DefineOption::Missing(_)
            | DefineOption::Empty(_)
            | DefineOption::Percentile(_)
            | DefineOption::Level(_)
            | DefineOption::Across(_) => return Some(()),
        };
        if idle { self.wrong(Code::C024, option.span, message.to_owned(), help) } else { Some(()) }
    }

    /// Asks what a number is at the beginning of the term, when its windows begin before it.
    pub(super) fn ask_about_short_windows(&mut self, define: &Define, measure: &Measure) {
        let mut back = 0;
        self.visit(&measure.value, &mut |node, _| {
            if let Node::Past(past) = node {
                back = past.from.max(back);
            }
        });
        let rolls = matches!(measure.window, WindowKind::Rolling { .. });
        let longer = rolls && measure.window.months() > self.rhythm().months();
        if measure.short.is_some() || (back == 0 && !longer) {
            return;
        }
        let name = &define.name.node;
        let (first, _) = self.term;
        self.report(
            Diagnostic::new(
                Code::C152,
                define.name.span,
                format!("`{name}` does not say what it is at the beginning of the term"),
            )
            .label(format!("the term begins on {first}, and its first windows begin before that"))
            .answer("a short window : counts as it is", "what there is since the term began is taken")
            .answer("a short window : nothing due", "what depends on it is not due until the window is full")
            .answer("a short window : held", "the lines that depend on it are held until then")
            .help(format!("add one of them behind the definition of `{name}`")),
        );
    }

    /// Where a number is taken of earlier windows or of groups of which there may be none.
    pub(super) fn windows_that_may_be_none(&self, measure: &Measure) -> Option<(Span, bool)> {
        let mut found = None;
        self.visit(&measure.value, &mut |node, _| {
            if let Node::Past(past) = node
                && past.among != Among::Total
                && ((past.to > 0 && measure.short == Some(ShortWindow::AsItIs)) || self.may_not_be_due(past.term))
            {
                found = found.or(Some((measure.value.span, false)));
            }
            if let Node::OverAll(all) = node
                && all.among != Among::Total
            {
                found = found.or(Some((measure.value.span, false)));
            }
        });
        found
    }

    fn may_not_be_due(&self, term: TermId) -> bool {
        match self.terms.get(term.index()).map(|term| &term.body) {
            Some(TermBody::Measure(measure)) => {
                measure.empty == Some(Empty::NothingDue) || measure.short == Some(ShortWindow::NothingDue)
            }
            Some(TermBody::Value(_) | TermBody::Unit(..) | TermBody::State(_)) | None => false,
        }
    }

    /// Asks whether what a sentence credits by a rolling window counts again in the next ones.
    pub(super) fn ask_about_credits(&mut self) {
        let mut open: Vec<TermId> = Vec::new();
        for sentence in &self.sentences {
            for value in values_of(sentence) {
                self.rolling_in(value, &mut open, 0);
            }
        }
        open.sort_unstable();
        open.dedup();
        for id in open {
            let Some(term) = self.terms.get(id.index()) else { continue };
            let (name, span) = (term.name.clone(), term.span);
            self.report(
                Diagnostic::new(
                    Code::C153,
                    span,
                    format!("money is paid by `{name}`, whose windows overlap, and it is not said whether what was credited counts again"),
                )
                .label("an event lies in the window of each period until it is too old")
                .answer("counted again", "an event counts in every window in which it lies, and may be credited several times")
                .answer("used up once credited", "once a sentence has paid, only later events count for it")
                .help(format!("add one of them behind the definition of `{name}`")),
            );
        }
    }

    /// The rolling measures that a value reads, directly or through others, that do not say whether they are used up.
    fn rolling_in(&self, value: &Value, found: &mut Vec<TermId>, depth: usize) {
        let mut read = Vec::new();
        self.visit(value, &mut |node, _| {
            if let Node::Term(term) | Node::Past(Past { term, .. }) | Node::OverAll(OverAll { term, .. }) = node {
                read.push(*term);
            }
        });
        for id in read {
            let Some(TermBody::Measure(measure)) = self.terms.get(id.index()).map(|term| &term.body) else { continue };
            if matches!(measure.window, WindowKind::Rolling { .. }) && measure.used_up.is_none() {
                found.push(id);
            }
            // Terms do not read themselves, so that the depth is bounded by their number.
            if depth <= self.terms.len() {
                self.rolling_in(&measure.value, found, depth.saturating_add(1));
            }
        }
    }
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}
