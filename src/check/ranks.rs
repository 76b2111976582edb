//! `rank of lost per customer per rolling 12 months`: the how-manieth event it is.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::KindId;
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::window::RankOver;
use crate::check::checker::Checker;
use crate::check::contract::{Amount, Dimension, Opener, Sentence};
use crate::check::value::{Node, Rank, Value};
use crate::check::values::{Context, Ranks, value_of};
use crate::check::windows::Per;
use crate::check::worked::costing;
use crate::syntax::tree::{self, Word};

/// The longest time over which events are counted, in months.
const LONGEST: i32 = 1200;

impl Checker<'_> {
    /// `rank of EVENT per SCOPE per WINDOW`
    pub(super) fn rank(&mut self, rank: &tree::Rank, span: Span, context: &Context) -> Option<Value> {
        if context.ranks == Ranks::Nothing && !context.defining {
            return self.rank_without_event(span);
        }
        let kind = self.kind(&rank.events.name)?;
        let at_event = Context::of_event(kind, self.family_of(kind));
        let filter = self.filter(rank.events.filter.as_deref(), &at_event)?;
        let (dims, over) = self.counted_among(rank, kind)?;
        let (Some(dims), Some(over)) = (dims.clone(), over) else {
            self.ask_about_rank(kind, span, (dims.is_none(), over.is_none()));
            return None;
        };
        let again = rank.again.as_ref().map(|again| again.node);
        let rolls = matches!(over, RankOver::Days(_) | RankOver::Months(_));
        if again.is_none() && rolls && context.ranks != Ranks::Right {
            self.ask_about_credited(rank, span);
        }
        let label = self.words(span);
        let rank = Rank { label, span, kind, filter, dims, over, used_up: again == Some(false) };
        Some(value_of(Node::Rank(Box::new(rank)), Kind::Number, span))
    }

    /// Refuses a rank where no event is at hand whose rank it would be.
    pub(super) fn rank_without_event<T>(&mut self, span: Span) -> Option<T> {
        let help = "open the sentence with `on EVENT`; the rank is that of the event";
        self.wrong(Code::C022, span, "no event is at hand here that could have a rank".to_owned(), help)
    }

    /// The groups and the time of a rank; `None` where the text says nothing.
    fn counted_among(&mut self, rank: &tree::Rank, kind: KindId) -> Option<(Option<Vec<Dimension>>, Option<RankOver>)> {
        let (mut dims, mut over): (Option<Vec<Dimension>>, Option<RankOver>) = (None, None);
        for per in &rank.per {
            let word = &per.words;
            let found = if let Some(length) = word.node.strip_prefix("rolling ") {
                Some(self.rolling_time(length, word)?)
            } else if self.find_party(&word.node).is_some() {
                dims.get_or_insert_with(Vec::new);
                continue;
            } else {
                match self.per(per)? {
                    Per::Window(window) => Some(RankOver::Window(window)),
                    Per::Family(family) => {
                        let of = Dimension::Asset(family);
                        self.ask_which_member(of, Some(kind), self.family_of(kind), word.span)?;
                        let member = self.named_members(of, Some(kind), self.family_of(kind)).first().copied();
                        dims.get_or_insert_with(Vec::new).push(member.unwrap_or(of));
                        None
                    }
                    Per::Group(dim) => {
                        let dim = self.group_in(dim, self.family_of(kind));
                        dims.get_or_insert_with(Vec::new).push(dim);
                        None
                    }
                    Per::Unit(..) => {
                        let message =
                            format!("`{}` is a unit; events are counted among assets and over time", word.node);
                        return self.wrong(Code::C023, word.span, message, "write `per customer per calendar year`");
                    }
                }
            };
            if found.is_some() && over.is_some() {
                let help = "give one window; where more is said behind the rank, put it in parentheses";
                return self.wrong(Code::C023, word.span, format!("a second window `{}`", word.node), help);
            }
            over = over.or(found);
        }
        self.groups_of_kind(rank, kind, dims.as_deref().unwrap_or_default())?;
        Some((dims, over))
    }

    fn groups_of_kind(&mut self, rank: &tree::Rank, kind: KindId, dims: &[Dimension]) -> Option<()> {
        let family = self.family_of(kind);
        let Some(foreign) = dims.iter().find(|dim| !dim.is_of(family, Some(kind))) else { return Some(()) };
        let (event, group) = (&rank.events.name, self.dims_in_words(&[*foreign]));
        let message = format!("`{}` is not counted {group}: it has no such asset, attribute or field", event.node);
        let help = "count per party, per asset of the event, or per attribute or field of it";
        self.wrong(Code::C023, event.span, message, help)
    }

    /// `12 months`, `90 days`
    fn rolling_time(&mut self, length: &str, word: &Word) -> Option<RankOver> {
        let (number, unit) = length.split_once(' ').unwrap_or((length, ""));
        let factor = match unit.strip_suffix('s').unwrap_or(unit) {
            "day" => Some((1, true)),
            "week" => Some((7, true)),
            "month" => Some((1, false)),
            "quarter" => Some((3, false)),
            "year" => Some((12, false)),
            _ => None,
        };
        let number = number.parse::<i32>().ok().filter(|number| *number > 0);
        let found = number.zip(factor).and_then(|(number, (factor, days))| {
            let length = number.checked_mul(factor)?;
            let most = if days { LONGEST.saturating_mul(31) } else { LONGEST };
            (length <= most).then_some(if days { RankOver::Days(length) } else { RankOver::Months(length) })
        });
        if let Some(RankOver::Months(_)) = found {
            self.ask_about_end_of_month(word.span);
        }
        if found.is_some() {
            return found;
        }
        let help = "write `rolling 90 days`, `rolling 12 months` or `rolling 2 years`";
        self.wrong(Code::C023, word.span, "this is no time over which events are counted".to_owned(), help)
    }

    fn ask_about_end_of_month(&mut self, span: Span) {
        if self.conventions.month_end.is_some() {
            return;
        }
        self.ask_once(
            Diagnostic::new(
                Code::C044,
                span,
                "a time in months is counted, and it is not said when it ends in a month without that day",
            )
            .label("one month from 31 January")
            .answer("month end last day", "an event of 31 January is no longer counted on 28 February")
            .answer("month end next day", "it is counted on 28 February, and no longer on 1 March")
            .answer("month end same day else last", "it is no longer counted on 28 February")
            .help("answer it in `conventions`"),
        );
    }

    /// Asks among which events, or over what time, the rank is counted.
    fn ask_about_rank(&mut self, kind: KindId, span: Span, (scope, time): (bool, bool)) {
        let words = self.words(span);
        let step = self.first_step(span);
        let twice: Vec<i64> = (1..=step).chain(1..=step).collect();
        let all: Vec<i64> = (1..=step.saturating_mul(2)).collect();
        if scope {
            let party = self.parties.last().map_or_else(String::new, |party| party.role.clone());
            let event = self.kinds.get(kind.index()).map_or_else(String::new, |kind| kind.name.clone());
            let question = format!("`{words}` does not say among which events it is counted");
            let mut question = Diagnostic::new(Code::C131, span, question)
                .label(format!("{step} events of one asset and {step} of another, each asset at a site of its own"))
                .answer(
                    format!("per {party}"),
                    costing("all of them are counted together", self.cost_of_ranks(span, &all)),
                );
            for name in self.names_to_count_by(kind) {
                let apart = costing("each is counted for itself", self.cost_of_ranks(span, &twice));
                question = question.answer(format!("per {name}"), apart);
            }
            let help = format!("write it behind the event: `rank of {event} per {party} per …`");
            self.report(question.help(help));
        }
        if time {
            let question = format!("`{words}` does not say over what time it is counted");
            let months = costing("the events of a year before each are counted", self.cost_of_ranks(span, &all));
            self.report(
                Diagnostic::new(Code::C132, span, question)
                    .label(format!("{step} events in December and {step} in the February behind it"))
                    .answer(
                        "per calendar year",
                        costing("it begins anew with January", self.cost_of_ranks(span, &twice)),
                    )
                    .answer("per contract year", "it begins anew with each year of the term")
                    .answer("per rolling 12 months", months)
                    .answer("per term", costing("it never begins anew", self.cost_of_ranks(span, &all)))
                    .help("write one of them, or another window, behind what it is counted among"),
            );
        }
    }

    /// Names by which the events of a kind can be counted apart: the asset, and its first attributes in words.
    fn names_to_count_by(&self, kind: KindId) -> Vec<String> {
        let family = self.family_of(kind).and_then(|family| self.families.get(family.index()));
        let Some(family) = family else { return Vec::new() };
        let of_words = |kind: &Kind| matches!(kind, Kind::Choice(_) | Kind::Text | Kind::Party);
        let attributes = family.attributes.iter().filter(|field| of_words(&field.kind)).map(|field| field.name.clone());
        std::iter::once(family.name.clone()).chain(attributes.take(2)).collect()
    }

    /// Asks whether events that were credited count again, where a condition tests the rank.
    fn ask_about_credited(&mut self, rank: &tree::Rank, span: Span) {
        let Some(first) = self.first_charged(span) else { return };
        let event = &rank.events.name.node;
        let again: Vec<i64> = (1..=first.saturating_add(1)).collect();
        let used_up: Vec<i64> = (1..=first).chain([1]).collect();
        let words = self.words(span);
        self.report(
            Diagnostic::new(
                Code::C133,
                span,
                format!("`{words}` does not say whether an event that was credited is counted again"),
            )
            .label(format!("{} events `{event}` within that time", first.saturating_add(1)))
            .answer(
                "counted again",
                costing("the last one is counted with those before it", self.cost_of_ranks(span, &again)),
            )
            .answer(
                "used up once credited",
                costing(format!("number {first} uses up all so far"), self.cost_of_ranks(span, &used_up)),
            )
            .help("write one of them behind the time"),
        );
    }

    /// Checks the ranks of a sentence: they are those of its own event, and each event that it pays for has one.
    pub(super) fn ranks_fit(&mut self, sentence: &Sentence) -> Option<()> {
        let kind = if let Opener::On(kind, _) = &sentence.opener { Some(*kind) } else { None };
        let filter = if let Opener::On(_, filter) = &sentence.opener { filter.as_ref() } else { None };
        let tested = filter.map(|filter| self.ranks_in(filter)).unwrap_or_default();
        let mut priced = sentence.times.as_ref().map(|times| self.ranks_in(times)).unwrap_or_default();
        match &sentence.amount {
            Amount::Value(value) => priced.extend(self.ranks_in(value)),
            Amount::Tiers(_, tiers) => priced.extend(tiers.iter().flat_map(|tier| self.ranks_in(&tier.price))),
        }
        let steps = sentence.adjustments.iter().filter_map(|step| step.what.value());
        let limits = steps.flat_map(|value| self.ranks_in(value)).next();
        if let Some(rank) = limits {
            let help = "let the rank choose the rate or the factor, and limit what comes of it";
            return self.wrong(Code::C022, rank.span, "a limit holds for the whole lot of an event".to_owned(), help);
        }
        if let Some(rank) = priced.iter().find(|rank| rank.used_up) {
            let message = "every event is charged here, so that each would use up the one before".to_owned();
            let help = "remove `used up once credited`, or test the rank: `on EVENT where rank of … is at least 3`";
            return self.wrong(Code::C024, rank.span, message, help);
        }
        let ranks: Vec<&Rank> = tested.iter().chain(&priced).collect();
        self.ranks_are_own((kind, filter), &ranks)
    }

    /// Checks the ranks of a right: it is no payment that could use them up.
    pub(super) fn ranks_of_right_fit(&mut self, kind: KindId, filter: Option<&Value>) -> Option<()> {
        let tested = filter.map(|filter| self.ranks_in(filter)).unwrap_or_default();
        if let Some(rank) = tested.iter().find(|rank| rank.used_up) {
            let message = "a right credits no event, so that none is used up".to_owned();
            return self.wrong(Code::C024, rank.span, message, "write `counted again`, or nothing");
        }
        self.ranks_are_own((Some(kind), filter), &tested.iter().collect::<Vec<_>>())
    }

    fn ranks_are_own(&mut self, (kind, filter): (Option<KindId>, Option<&Value>), ranks: &[&Rank]) -> Option<()> {
        let own: Vec<String> = filter.map(|filter| self.conjuncts(filter)).unwrap_or_default();
        for rank in ranks {
            if kind != Some(rank.kind) {
                let message = format!("`{}` is not the rank of the event at hand", rank.label);
                return self.wrong(Code::C022, rank.span, message, "count the event with which the sentence opens");
            }
            let narrower = rank.filter.as_ref().map(|filter| self.conjuncts(filter)).unwrap_or_default();
            if let Some(missing) = narrower.iter().find(|condition| !own.contains(condition)) {
                let message = format!("the sentence is also about events that `{}` does not count", rank.label);
                let help = format!("open the sentence with `on EVENT where {missing}` too, or count all events");
                return self.wrong(Code::C022, rank.span, message, help);
            }
        }
        Some(())
    }

    /// The ranks in a value.
    pub(super) fn ranks_in(&self, value: &Value) -> Vec<Rank> {
        let mut found = Vec::new();
        self.visit(value, &mut |node, _| {
            if let Node::Rank(rank) = node {
                found.push((**rank).clone());
            }
        });
        found
    }

    /// The words of conditions that are joined by `and`.
    fn conjuncts(&self, value: &Value) -> Vec<String> {
        if let Node::And(parts) = &*value.node {
            return parts.iter().flat_map(|part| self.conjuncts(part)).collect();
        }
        vec![self.words(value.span)]
    }
}
