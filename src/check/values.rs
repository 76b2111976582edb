//! Values: names resolved, kinds known.

use crate::base::code::Code;
use crate::base::ids::{AttributeId, FamilyId, FieldId, KindId};
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::suggest::closest;
use crate::base::value::{Kind, Literal};
use crate::base::window::WindowKind;
use crate::check::checker::{Checker, listed};
use crate::check::contract::{Dimension, TermBody};
use crate::check::defines::Options;
use crate::check::kinds::describe;
use crate::check::value::{Node, Value};
use crate::syntax::tree::{Expr, ExprNode, Word};

/// Where a value stands: what is at hand there.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// The event at hand.
    pub(super) kind: Option<KindId>,
    /// The asset at hand.
    pub(super) family: Option<FamilyId>,
    /// The window at hand.
    pub(super) window: Option<WindowKind>,
    /// The groups at hand.
    pub(super) dims: Vec<Dimension>,
    /// Options of the definition around.
    pub(super) options: Options,
    /// The kind that fits here: words of an enumeration are looked up in it.
    pub(super) expected: Option<Kind>,
    /// Inside of a definition without an event at hand: a name may be a field or attribute of whatever
    /// asset the definition is used for.
    pub(super) defining: bool,
    /// Where a deposit is given back: the events on which it is paid.
    pub(super) deposit: Vec<KindId>,
    /// What the event at hand has a rank for.
    pub(super) ranks: Ranks,
    /// Inside of the coefficient of an indexation.
    pub(super) in_coefficient: bool,
}

/// What an event has a rank for.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Ranks {
    /// It has none here.
    #[default]
    Nothing,
    /// A payment, by which it is credited.
    Payment,
    /// A right.
    Right,
}

impl Context {
    /// With an event and its asset at hand.
    pub(super) fn of_event(kind: KindId, family: Option<FamilyId>) -> Self {
        Self { kind: Some(kind), family, ..Self::default() }
    }

    /// The same place, where a value of this kind fits.
    pub(super) fn expecting(&self, kind: &Kind) -> Self {
        Self { expected: Some(kind.clone()), ..self.clone() }
    }
}

/// A checked value.
pub(super) fn value_of(node: Node, kind: Kind, span: Span) -> Value {
    Value { node: Box::new(node), kind, span }
}

/// A fixed quantity.
pub(super) fn quantity(number: Ratio, kind: Kind, span: Span) -> Value {
    value_of(Node::Literal(Literal::Quantity(number)), kind, span)
}

impl Checker<'_> {
    /// The value of an expression; `None` where it is wrong, which was reported.
    pub(super) fn value(&mut self, expr: &Expr, context: &Context) -> Option<Value> {
        let span = expr.span;
        match &*expr.node {
            ExprNode::Number(number) => Some(quantity(number.clone(), Kind::Number, span)),
            ExprNode::Percent(number) => Some(quantity(number.clone(), Kind::Percentage, span)),
            ExprNode::Measured(number, unit) => self.measured(number, unit, span),
            ExprNode::Text(text) => Some(self.text(text, context, span)),
            ExprNode::Date(date) => Some(value_of(Node::Literal(Literal::Date(*date)), Kind::Date, span)),
            ExprNode::Month(month) => {
                let (first, last) = (month.first(), month.next().first().plus_days(-1));
                let message = format!("`{month}` is a month, where a value of one day is expected");
                self.wrong(
                    Code::C020,
                    span,
                    message,
                    format!("write `{first}`, its first day, or `{last}`, its last one"),
                )
            }
            ExprNode::Flag(flag) => Some(value_of(Node::Literal(Literal::Flag(*flag)), Kind::Flag, span)),
            ExprNode::Nothing => Some(quantity(Ratio::ZERO, context.expected.clone().unwrap_or(Kind::Number), span)),
            ExprNode::Name(name) => self.name(name, span, context),
            ExprNode::Member(base, field) => self.member(base, field, context),
            ExprNode::Index(..) => self.looked_up(expr, context),
            ExprNode::Clause(number) => self.clause_amount(number),
            ExprNode::Charged(number) => {
                self.as_charged.push(number.span);
                self.clause_amount(number)
            }
            ExprNode::Of(left, right) => self.of(left, right, span, context),
            ExprNode::Observed { value, on, filter } => {
                self.loose_filter(value, on.as_ref(), filter.is_some(), span, context)
            }
            ExprNode::TimeWhile(_) | ExprNode::TimeBetween(..) => {
                let help = "write `total of time while …` or `mean of time from … to …`";
                self.wrong(Code::C022, span, "time is aggregated by a word such as `total of`".to_owned(), help)
            }
            ExprNode::TimeSince(date) => self.since(date, span, context),
            ExprNode::Percentile(_) => {
                let help = "write `95th percentile of EVENT.field` or `95th percentile of (time from … to …)`";
                self.wrong(Code::C022, span, "it is not said of what the percentile is taken".to_owned(), help)
            }
            ExprNode::Earlier(earlier) => self.clause_earlier(earlier, context),
            ExprNode::Past(past) => self.previous(past, span, context),
            ExprNode::OverAll(..) => {
                let help = "write `mean of NAME over all sites`; `total of`, `least of` and `greatest of` work too";
                self.wrong(Code::C024, span, "it is not said what is taken of all of them".to_owned(), help)
            }
            ExprNode::Rank(rank) => self.rank(rank, span, context),
            ExprNode::Weighted(..) | ExprNode::Per(..) => {
                let help = "write `mean of VALUE weighted by WEIGHT`";
                self.wrong(Code::C024, span, "a weight belongs to a mean".to_owned(), help)
            }
            ExprNode::Card { columns, bands } => self.card(columns, bands, span, context),
            ExprNode::Negated(_)
            | ExprNode::Beyond(..)
            | ExprNode::Arithmetic(..)
            | ExprNode::Is { .. }
            | ExprNode::Not(_)
            | ExprNode::And(_)
            | ExprNode::Or(_) => self.operation(expr, context),
        }
    }

    fn loose_filter(
        &mut self,
        value: &Expr,
        on: Option<&Word>,
        filtered: bool,
        span: Span,
        context: &Context,
    ) -> Option<Value> {
        if on.is_none() && !filtered {
            return self.value(value, context);
        }
        let help = "write `count of (EVENT where …)` or `total of (VALUE on EVENT where …)`";
        self.wrong(Code::C022, span, "`where` and `on` choose events inside of an aggregate".to_owned(), help)
    }

    fn measured(&mut self, number: &Ratio, unit: &Word, span: Span) -> Option<Value> {
        if let Some(currency) = crate::base::currency::Currency::parse(&unit.node) {
            // Without a currency of the contract, that is what is told.
            if currency == self.currency || self.currency == crate::base::currency::Currency::NONE {
                return Some(quantity(number.clone(), Kind::Money(currency), span));
            }
            let message = format!("{currency} is not the currency of this contract, which is {}", self.currency);
            return self.wrong(Code::C021, unit.span, message, format!("state the amount in {}", self.currency));
        }
        if let Some((base, size)) = self.unit(&unit.node) {
            Some(quantity(number.times(&size), Kind::Quantity(base), span))
        } else {
            let known =
                ["seconds", "minutes", "hours", "days", "weeks", "months", "years", "business days", "working hours"];
            let meant = closest(&unit.node, known);
            let help = match meant {
                _ if spelt(&unit.node).is_some() => format!("write `{}`", spelt(&unit.node).unwrap_or_default()),
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "a unit is a currency, a unit of time, a thing that a field counts (`count of page`), or a definition such as `define block = 5 hours`".to_owned(),
            };
            self.wrong(Code::C010, unit.span, format!("there is no unit `{}`", unit.node), help)
        }
    }

    fn text(&mut self, text: &str, context: &Context, span: Span) -> Value {
        if let Some(Kind::Choice(words)) = &context.expected
            && let Some(place) = words.iter().position(|word| word == text)
        {
            let choice = Literal::Choice(u32::try_from(place).unwrap_or(u32::MAX));
            return value_of(Node::Literal(choice), Kind::Choice(words.clone()), span);
        }
        value_of(Node::Literal(Literal::Text(text.to_owned())), Kind::Text, span)
    }

    /// A name: a word of the enumeration that fits here, else a field of the event at hand, an attribute
    /// of the asset at hand, a defined term, a party.
    fn name(&mut self, name: &str, span: Span, context: &Context) -> Option<Value> {
        if let Some(Kind::Choice(words)) = &context.expected
            && let Some(place) = words.iter().position(|word| word == name)
        {
            let choice = Literal::Choice(u32::try_from(place).unwrap_or(u32::MAX));
            return Some(value_of(Node::Literal(choice), Kind::Choice(words.clone()), span));
        }
        if let Some(found) = self.field_or_attribute(name, span, context) {
            return Some(found);
        }
        if self.defines.contains_key(name) {
            return self.term_value(name, span, context);
        }
        if self.find_series(name).is_some() {
            return self.index_value(name, None, span, context);
        }
        if let Some(id) = self.find_indexation(name).filter(|_| !context.in_coefficient) {
            self.used.push(name.to_owned());
            return Some(value_of(Node::Coefficient(id), Kind::Number, span));
        }
        if context.expected == Some(Kind::Party)
            && let Some(party) = self.find_party(name)
        {
            return Some(value_of(Node::Literal(Literal::Party(party)), Kind::Party, span));
        }
        self.unknown_name(name, span, context)
    }

    fn field_or_attribute(&mut self, name: &str, span: Span, context: &Context) -> Option<Value> {
        if let Some(kind) = context.kind
            && let Some(found) = self.of_event(kind, name, span)
        {
            return Some(found);
        }
        if let Some(family) = context.family {
            let attributes = &self.families.get(family.index())?.attributes;
            let place = attributes.iter().position(|field| field.name == name)?;
            let kind = attributes.get(place)?.kind.clone();
            self.used.push(name.to_owned());
            return Some(value_of(Node::Attribute(family, AttributeId::at(place)), kind, span));
        }
        if context.defining && context.kind.is_none() {
            return self.any_attribute(name, span).or_else(|| self.any_of_event(name, span));
        }
        None
    }

    /// In a definition, a name may be an attribute of the one family that has it.
    fn any_attribute(&mut self, name: &str, span: Span) -> Option<Value> {
        let families = self.families.iter().enumerate();
        let mut holders = families.filter_map(|(family, known)| {
            let place = known.attributes.iter().position(|field| field.name == name)?;
            let kind = known.attributes.get(place)?.kind.clone();
            Some((FamilyId::at(family), AttributeId::at(place), kind))
        });
        let (family, attribute, kind) = holders.next()?;
        drop(holders);
        self.used.push(name.to_owned());
        Some(value_of(Node::Attribute(family, attribute), kind, span))
    }

    /// A field of an event.
    pub(super) fn field(&mut self, kind: KindId, name: &str, span: Span) -> Option<Value> {
        let fields = &self.kinds.get(kind.index())?.fields;
        let place = fields.iter().position(|field| field.name == name)?;
        let of = fields.get(place)?.kind.clone();
        self.used.push(name.to_owned());
        Some(value_of(Node::Field(kind, FieldId::at(place)), of, span))
    }

    fn unknown_name(&mut self, name: &str, span: Span, context: &Context) -> Option<Value> {
        if let Some(Kind::Choice(words)) = &context.expected {
            let known: Vec<&str> = words.iter().map(String::as_str).collect();
            let meant = closest(name, known.iter().copied()).filter(|_| name.chars().count() > 2);
            let help = meant.map_or_else(
                || format!("the words are {}", listed(&known)),
                |meant| format!("did you mean `{meant}`?"),
            );
            return self.wrong(Code::C013, span, format!("`{name}` is not one of the listed words"), help);
        }
        if self.find_kind(name).is_some() {
            let message = format!("`{name}` is an event and has no value of its own");
            return self.wrong(
                Code::C022,
                span,
                message,
                format!("count it with `count of {name}`, or take a field: `{name}.field`"),
            );
        }
        if let Some(event) = self.decided_on(name) {
            return self.not_decided_here(name, &event, span);
        }
        if let Some(holder) = self.holder_of(name) {
            let message = format!("`{name}` is {holder}, and none is at hand here");
            let help = "open the sentence with `on EVENT`, count asset by asset with `per ASSET`, or take an aggregate such as `total of EVENT.FIELD`";
            return self.wrong(Code::C022, span, message, help);
        }
        let names = self.names_at(context);
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        self.unknown("value", name, span, &known)
    }

    /// Whose attribute or field a name is, in words.
    fn holder_of(&self, name: &str) -> Option<String> {
        let has = |fields: &[crate::check::contract::Field]| fields.iter().any(|field| field.name == name);
        let family = self.families.iter().find(|family| has(&family.attributes));
        let kind = || self.kinds.iter().find(|kind| has(&kind.fields));
        let of_family = family.map(|family| format!("an attribute of each {}", family.name));
        of_family.or_else(|| kind().map(|kind| format!("a field of `{}`", kind.name)))
    }

    fn names_at(&self, context: &Context) -> Vec<String> {
        let kind = context.kind.and_then(|kind| self.kinds.get(kind.index()));
        let family = context.family.and_then(|family| self.families.get(family.index()));
        let fields = kind.into_iter().flat_map(|kind| kind.fields.iter().map(|field| field.name.clone()));
        let attributes = family.into_iter().flat_map(|family| family.attributes.iter().map(|field| field.name.clone()));
        let mut defines: Vec<String> = self.defines.keys().cloned().collect();
        defines.sort_unstable();
        fields.chain(attributes).chain(defines).collect()
    }

    fn term_value(&mut self, name: &str, span: Span, context: &Context) -> Option<Value> {
        let id = self.term_id(name, span)?;
        let term = self.terms.get(id.index())?.clone();
        match term.body {
            TermBody::Value(value) => {
                self.refuse_foreign_events(&value, span, context)?;
                if context.ranks == Ranks::Nothing && !context.defining && !self.ranks_in(&value).is_empty() {
                    return self.rank_without_event(span);
                }
                Some(value_of(Node::Term(id), value.kind, span))
            }
            TermBody::Unit(_, unit) => Some(value_of(Node::Term(id), Kind::Quantity(unit), span)),
            TermBody::State(_) => {
                let message = format!("`{name}` is a state");
                self.wrong(Code::C020, span, message, format!("use it in `time while {name}` or `while {name}`"))
            }
            TermBody::Measure(measure) => {
                self.fits(name, &measure, span, context)?;
                Some(value_of(Node::Term(id), measure.value.kind, span))
            }
        }
    }

    /// A measure is read in its own window and groups.
    pub(super) fn fits(
        &mut self,
        name: &str,
        measure: &crate::check::contract::Measure,
        span: Span,
        context: &Context,
    ) -> Option<()> {
        let Some(window) = context.window else {
            let message = format!("`{name}` is counted per {}; here there is no window", measure.window.word());
            let help = "use it in a sentence that opens with `when`, pays `by` it or `for` it, or in a definition with a window";
            return self.wrong(Code::C022, span, message, help);
        };
        // A rolling window ends with each settlement period, and is read in it.
        let rolls = matches!(measure.window, WindowKind::Rolling { .. }) && window == self.rhythm();
        if window != measure.window && !rolls {
            let message = format!(
                "`{name}` is counted per {}, but here the window is the {}",
                measure.window.word(),
                window.word()
            );
            return self.wrong(Code::C023, span, message, "define both over the same window");
        }
        let same =
            measure.dims.len() == context.dims.len() && measure.dims.iter().all(|dim| context.dims.contains(dim));
        if same {
            return Some(());
        }
        let own = self.dims_in_words(&measure.dims);
        let here = self.dims_in_words(&context.dims);
        let message = format!("`{name}` is counted {own}, but here a value {here} is needed");
        self.wrong(Code::C023, span, message, "define both for the same groups")
    }

    /// Groups in words: `per pump and site`, `for all together`.
    pub(super) fn dims_in_words(&self, dims: &[Dimension]) -> String {
        if dims.is_empty() {
            return "for all together".to_owned();
        }
        let names: Vec<String> = dims.iter().map(|dim| self.dim_name(*dim)).collect();
        format!("per {}", names.join(" and "))
    }

    fn dim_name(&self, dim: Dimension) -> String {
        let family = |id: FamilyId| self.families.get(id.index());
        match dim {
            Dimension::Asset(id) => family(id).map(|family| family.name.clone()),
            Dimension::Attribute(id, place) => {
                family(id).and_then(|family| family.attributes.get(place.index())).map(|field| field.name.clone())
            }
            Dimension::Field(kind, place) => {
                let kind = self.kinds.get(kind.index());
                kind.and_then(|kind| {
                    kind.fields.get(place.index()).map(|field| format!("{}.{}", kind.name, field.name))
                })
            }
            Dimension::Event(kind) => self.kinds.get(kind.index()).map(|kind| kind.name.clone()),
            Dimension::Decided(_, decision, place) => self.output(decision, place).map(|(name, _)| name.clone()),
            Dimension::Depositor(_) => Some("party whose deposit it is".to_owned()),
            Dimension::Bearer(_) => Some("party that owes it".to_owned()),
        }
        .unwrap_or_default()
    }

    fn member(&mut self, base: &Expr, field: &Word, context: &Context) -> Option<Value> {
        let ExprNode::Name(event) = &*base.node else {
            return self.of_party(base, field, context);
        };
        if self.find_kind(event).is_none() && self.has_party_families() {
            return self.of_party(base, field, context);
        }
        let word = Word::new(event.clone(), base.span);
        let kind = self.kind(&word)?;
        let span = base.span.to(field.span);
        let Some(value) = self.of_event(kind, &field.node, span) else {
            let fields: Vec<String> = self
                .kinds
                .get(kind.index())
                .map(|kind| kind.fields.iter().map(|field| field.name.clone()).collect())?;
            let known: Vec<&str> = fields.iter().map(String::as_str).collect();
            return self.unknown(&format!("field of `{event}`"), &field.node, field.span, &known);
        };
        if context.kind == Some(kind) {
            return Some(value);
        }
        let message = format!("`{event}.{}` has a value for each `{event}`; here none is at hand", field.node);
        let help =
            format!("aggregate it, such as `total of {event}.{}`, or open the sentence with `on {event},`", field.node);
        self.wrong(Code::C022, span, message, help)
    }

    /// `resale[A]`
    fn looked_up(&mut self, expr: &Expr, context: &Context) -> Option<Value> {
        let mut keys = Vec::new();
        let mut base = expr;
        while let ExprNode::Index(inner, key) = &*base.node {
            keys.insert(0, key);
            base = inner;
        }
        let ExprNode::Name(name) = &*base.node else {
            let help = "only a rate card is asked with `[…]`";
            return self.wrong(Code::C020, base.span, "this cannot be asked with a value".to_owned(), help);
        };
        if context.in_coefficient && !self.defines.contains_key(name) {
            self.series_named(&Word { node: name.clone(), span: base.span })?;
        }
        if self.find_series(name).is_some() {
            return self.index_value(name, keys.first().copied(), expr.span, context);
        }
        let id = self.term_id(name, base.span);
        let card = id.and_then(|id| self.terms.get(id.index())).and_then(|term| match &term.body {
            TermBody::Value(value) => {
                let Node::Card(card) = &*value.node else {
                    return None;
                };
                Some((card.clone(), value.kind.clone()))
            }
            TermBody::Unit(..) | TermBody::State(_) | TermBody::Measure(_) => None,
        });
        let (Some((card, kind)), Some(id)) = (card, id) else {
            let help = "define it with `define NAME = by … { … }`";
            return self.wrong(Code::C020, base.span, format!("`{name}` is not a rate card"), help);
        };
        if keys.len() != card.columns.len() {
            let message = format!("`{name}` goes by {} values, {} are given", card.columns.len(), keys.len());
            return self.wrong(Code::C020, expr.span, message, "give one value for each column, separated by commas");
        }
        let mut checked = Vec::new();
        for (key, (_, column)) in keys.into_iter().zip(&card.columns) {
            checked.push(self.value_like(key, &column.kind, context)?);
        }
        Some(value_of(Node::Looked(id, checked), kind, expr.span))
    }

    /// A value of a kind that must agree with another.
    pub(super) fn value_like(&mut self, expr: &Expr, kind: &Kind, context: &Context) -> Option<Value> {
        let value = self.value(expr, &context.expecting(kind))?;
        if let (Kind::Percentage, Kind::Number, Node::Literal(Literal::Quantity(number))) =
            (kind, &value.kind, &*value.node)
            && !number.is_zero()
        {
            let message = "this is a number, where a percentage is expected: 1 would be 100%".to_owned();
            let (share, written) = (number.times(&Ratio::int(100)).decimal_text(0, 6), number.decimal_text(0, 6));
            let help = if number.abs() <= Ratio::ONE {
                format!("write `{share}%`; or `{written}%`, if that small a part is meant")
            } else {
                format!("write `{written}%`; or `{share}%`, if {written} times as much is meant")
            };
            return self.wrong(Code::C021, expr.span, message, help);
        }
        if crate::check::kinds::agree(&value.kind, kind) {
            return Some(value);
        }
        let code = if crate::check::kinds::is_quantity(&value.kind) && crate::check::kinds::is_quantity(kind) {
            Code::C021
        } else {
            Code::C020
        };
        let message = format!("this is {}, where {} is expected", describe(&value.kind), describe(kind));
        self.wrong(code, expr.span, message, "give both the same kind and unit")
    }

    /// What a clause charges.
    pub(super) fn clause_amount(&mut self, number: &Word) -> Option<Value> {
        let id = self.clause_id(number)?;
        Some(value_of(Node::Clause(id, 0), Kind::Money(self.currency), number.span))
    }

    /// `time since commissioned`: in months, with the exact part of the last one.
    fn since(&mut self, date: &Expr, span: Span, context: &Context) -> Option<Value> {
        let since = match self.deposit_paid(date, context) {
            Some(paid) => paid,
            None => self.value(date, context)?,
        };
        if matches!(since.kind, Kind::Date | Kind::Instant) {
            return Some(value_of(Node::Since(since), Kind::Quantity(Unit::Month), span));
        }
        let message = format!("time passes since a date; this is {}", describe(&since.kind));
        self.wrong(Code::C020, date.span, message, "use an attribute or field that holds a date")
    }

    /// `where CONDITION`, where there is one; `None` where it is wrong.
    pub(super) fn filter(&mut self, filter: Option<&Expr>, context: &Context) -> Option<Option<Value>> {
        match filter {
            Some(filter) => {
                let condition = self.condition(filter, context)?;
                self.refuse_numbers_of_windows(&condition, context)?;
                Some(Some(condition))
            }
            None => Some(None),
        }
    }

    /// A condition.
    pub(super) fn condition(&mut self, expr: &Expr, context: &Context) -> Option<Value> {
        let value = self.value(expr, context)?;
        if value.kind == Kind::Flag {
            return Some(value);
        }
        let message = format!("a condition is expected here, this is {}", describe(&value.kind));
        self.wrong(Code::C020, expr.span, message, "compare it: `… is at least …`, `… is …`")
    }
}

/// The unit that other words stand for.
fn spelt(words: &str) -> Option<&'static str> {
    Some(match words {
        "workday" | "workdays" | "bd" | "jours" => "business days",
        "hr" | "hrs" | "h" | "heures" => "hours",
        "min" | "mins" => "minutes",
        "sec" | "secs" => "seconds",
        "mois" => "months",
        "yr" | "yrs" | "an" | "ans" => "years",
        _ => return None,
    })
}
