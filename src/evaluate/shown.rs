//! Values in the reader's words, the same in statements, explanations and findings.

use crate::base::ids::{IndexationId, PartyId, SeriesId};
use crate::base::movement::Move;
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::symbol::Symbol;
use crate::base::time::{Date, Instant};
use crate::base::value::{Cell, Kind, Literal};
use crate::base::vocabulary::{Exemption, LimitKind};
use crate::evaluate::datum::{Datum, Gap};
use crate::evaluate::indices::{Revision, Used};
use crate::evaluate::observations::Key;
use crate::evaluate::subject::event_instant;
use crate::feed::Feed;
use crate::plan::{Adjust, Adjustment, Dimension, Notice, Plan};

/// The names behind ids.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The feed.
    pub feed: &'a Feed,
}

impl Names<'_> {
    /// The coefficient of an indexation and what it was computed of, one thing a text.
    #[must_use]
    pub fn revision(&self, id: IndexationId, revision: &Revision) -> Vec<String> {
        let name = self.plan.indexations.get(id.index()).map_or("", |indexation| indexation.name.as_str());
        let factor = match &revision.factor {
            Ok(factor) => grouped(&factor.decimal_text(0, 10)),
            Err(gap) => self.gap(gap),
        };
        let values = revision.values.iter().map(|used| self.index_value(used));
        let steps = revision.steps.iter().cloned();
        let whole = format!("{name} from {}: {factor}", revision.from);
        values.chain(steps).chain([whole]).collect()
    }

    /// How far a coefficient moved, and how far it must for a right: `labour from 1 to 1.1 before limits: up 10% (moves
    /// by more than 5% per revision)`.
    #[must_use]
    pub fn movement(&self, notice: &Notice, moved: &Move) -> String {
        let name = self.plan.indexations.get(notice.indexation.index()).map_or("", |known| known.name.as_str());
        let percent = |share: &Ratio| quantity(&Kind::Percentage, &share.abs());
        let by = match moved.share() {
            Some(share) if share.is_negative() => format!("down {}", percent(&share)),
            Some(share) if !share.is_zero() => format!("up {}", percent(&share)),
            Some(_) | None => "unchanged".to_owned(),
        };
        let limits = if notice.after_limits { "after limits" } else { "before limits" };
        let provisional = if moved.provisional { ", provisional" } else { "" };
        let least = if notice.included { "at least" } else { "more than" };
        let (from, to) = (moved.from.decimal_text(0, 10), moved.to.decimal_text(0, 10));
        let (way, since) = (notice.way.word(), notice.since.word());
        let threshold = percent(&notice.threshold);
        format!("{name} from {from} to {to} {limits}: {by}{provisional} ({way} {least} {threshold} {since})")
    }

    /// A value of an index: `labour_cost 2025-10 = 123.1, provisional`.
    #[must_use]
    pub fn index_value(&self, used: &Used) -> String {
        let name = |id: SeriesId| self.plan.series.get(id.index()).map_or("", |series| series.name.as_str());
        let value = used.value.decimal_text(0, 10);
        let held = if used.asked == used.month { String::new() } else { format!(", held for {}", used.asked) };
        let by = if used.by == used.series { String::new() } else { format!(", continued by {}", name(used.by)) };
        let status = if used.provisional { ", provisional" } else { "" };
        format!("{} {} = {value}{held}{by}{status}", name(used.series), used.month)
    }

    /// A value of a kind.
    #[must_use]
    pub fn literal(&self, kind: &Kind, value: &Literal) -> String {
        match (value, kind) {
            (Literal::Quantity(number), _) => quantity(kind, number),
            (Literal::Choice(place), Kind::Choice(words)) => {
                words.get(*place as usize).cloned().unwrap_or_else(|| place.to_string())
            }
            (Literal::Choice(place), _) => place.to_string(),
            (Literal::Text(text), _) => text.clone(),
            (Literal::Flag(flag), _) => if *flag { "yes" } else { "no" }.to_owned(),
            (Literal::Date(date), _) => date.to_string(),
            (Literal::Instant(instant), _) => self.plan.zone.local_text(*instant),
            (Literal::Party(party), _) => self.party(*party),
        }
    }

    /// A party: its role, or the name of a member of a family. Empty where it is not known.
    #[must_use]
    pub fn party(&self, party: PartyId) -> String {
        match party.member() {
            Some(member) => self.feed.asset(member).to_owned(),
            None => self.plan.parties.get(party.index()).map_or_else(String::new, |party| party.role.clone()),
        }
    }

    /// A value while it is computed.
    pub(crate) fn datum(&self, kind: &Kind, value: &Datum<'_>) -> String {
        self.literal(kind, &value.literal())
    }

    /// A group: the names of its assets and values, joined by commas; empty for all together.
    #[must_use]
    pub fn group(&self, dims: &[Dimension], keys: &[Key]) -> String {
        let names: Vec<String> = dims.iter().zip(keys).map(|(dim, key)| self.key(dim, *key)).collect();
        names.join(", ")
    }

    /// Whether a group is the one that these words name; an asset may be named by any of its names.
    #[must_use]
    pub fn is_group(&self, dims: &[Dimension], keys: &[Key], words: &str) -> bool {
        self.group(dims, keys) == words || matches!(keys, [Key::Asset(asset)] if self.feed.is_named(*asset, words))
    }

    fn key(&self, dim: &Dimension, key: Key) -> String {
        let raw = match key {
            Key::Asset(asset) => return self.feed.asset(asset).to_owned(),
            Key::Value(None) => return "(not known)".to_owned(),
            Key::Value(Some(raw)) => raw,
        };
        let plan = self.plan;
        let kind = match dim {
            Dimension::Asset(_) => None,
            Dimension::Depositor(_) | Dimension::Bearer(_) => {
                return u32::try_from(raw).map_or_else(|_| String::new(), |party| self.party(PartyId(party)));
            }
            Dimension::Event(_) => return self.instant(event_instant(raw)),
            Dimension::Attribute(family, attribute) => {
                plan.families.get(family.index()).and_then(|family| family.attributes.get(attribute.index()))
            }
            Dimension::Field(kind, field) => {
                plan.kinds.get(kind.index()).and_then(|kind| kind.fields.get(field.index()))
            }
            Dimension::Decided(decision, output) => {
                return plan.output(*decision, *output).map_or_else(String::new, |output| {
                    let datum = Datum::stored(&output.kind, raw, Ratio::big(raw), |_| "");
                    self.datum(&output.kind, &datum)
                });
            }
        };
        match kind {
            Some((_, kind)) => {
                let symbols = &self.feed.symbols;
                let datum = Datum::stored(kind, raw, Ratio::big(raw), |text| symbols.text(Symbol(text)));
                self.datum(kind, &datum)
            }
            None => raw.to_string(),
        }
    }

    /// What a dimension is called.
    #[must_use]
    pub fn dimension(&self, dim: &Dimension) -> String {
        let plan = self.plan;
        match dim {
            Dimension::Asset(family) => plan.families.get(family.index()).map(|family| family.name.clone()),
            Dimension::Attribute(family, attribute) => plan
                .families
                .get(family.index())
                .and_then(|family| family.attributes.get(attribute.index()))
                .map(|(name, _)| name.clone()),
            Dimension::Field(kind, field) => plan
                .kinds
                .get(kind.index())
                .and_then(|kind| kind.fields.get(field.index()))
                .map(|(name, _)| name.clone()),
            Dimension::Event(kind) => plan.kinds.get(kind.index()).map(|kind| kind.name.clone()),
            Dimension::Decided(decision, output) => plan.output(*decision, *output).map(|output| output.name.clone()),
            Dimension::Depositor(_) | Dimension::Bearer(_) => {
                let family = plan.families.iter().find(|family| family.of_parties);
                Some(family.map_or_else(|| "party".to_owned(), |family| family.name.clone()))
            }
        }
        .unwrap_or_default()
    }

    /// A condition of a card or table on a value of a kind: `from 80% below 85%`.
    #[must_use]
    pub fn cell(&self, kind: &Kind, cell: &Cell) -> String {
        let list =
            |values: &[Literal]| values.iter().map(|value| self.literal(kind, value)).collect::<Vec<_>>().join(", ");
        match cell {
            Cell::Anything => "any value".to_owned(),
            Cell::OneOf(values) => list(values),
            Cell::NoneOf(values) => format!("not {}", list(values)),
            Cell::Range { low, high } => {
                let low = low.as_ref().map(|(value, included)| {
                    format!("{} {}", if *included { "from" } else { "above" }, self.literal(kind, value))
                });
                let high = high.as_ref().map(|(value, included)| {
                    format!("{} {}", if *included { "up to" } else { "below" }, self.literal(kind, value))
                });
                [low, high].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// Why a tally of a fold cannot be used, and how often.
    pub(crate) fn held(&self, (gap, times): &(Gap, u64), label: &str) -> Gap {
        let often = if *times == 1 { "once".to_owned() } else { format!("{times} times") };
        Gap::Held(format!("{} ({often} in `{label}`)", self.gap(gap)))
    }

    /// Why a value cannot be computed.
    #[must_use]
    pub fn gap(&self, gap: &Gap) -> String {
        let plan = self.plan;
        match gap {
            Gap::NoField(kind, field) => {
                let kind = plan.kinds.get(kind.index());
                let field = kind.and_then(|kind| kind.fields.get(field.index()).map(|(name, _)| (kind, name)));
                field.map_or_else(String::new, |(kind, name)| format!("`{}.{name}` is not there", kind.name))
            }
            Gap::NoAttribute(family, attribute) => {
                let family = plan.families.get(family.index());
                let named =
                    family.and_then(|family| family.attributes.get(attribute.index()).map(|(name, _)| (family, name)));
                named.map_or_else(String::new, |(family, name)| format!("`{name}` of a {} is not known", family.name))
            }
            Gap::NoDecision(decision) => {
                let decision = plan.dispositions.get(decision.index());
                decision.map_or_else(String::new, |decision| format!("`{}` is not decided on the event", decision.name))
            }
            Gap::Zero => "a divisor is zero".to_owned(),
            Gap::NoOccurrence(label) => format!("there is nothing to take `{label}` of"),
            Gap::NoRow(_) => "no band takes the value".to_owned(),
            Gap::NotDue(name) => format!("`{name}` is empty, so that nothing is due"),
            Gap::Held(reason) => reason.clone(),
            Gap::NotAtHand => "the value is not at hand here".to_owned(),
            Gap::TooLarge => "the number is too large".to_owned(),
        }
    }

    /// A local day and time.
    #[must_use]
    pub fn instant(&self, instant: Instant) -> String {
        self.plan.zone.local_text(instant)
    }

    /// The last local day before an instant, for ends of periods.
    #[must_use]
    pub fn day_before(&self, instant: Instant) -> Date {
        self.plan.zone.date_of(Instant(instant.0.saturating_sub(1)))
    }
}

/// A quantity with its unit: `117 667.87 USD`, `84.0391%`, `12.5 hours`.
#[must_use]
pub fn quantity(kind: &Kind, number: &Ratio) -> String {
    match kind {
        Kind::Money(currency) | Kind::Quantity(Unit::Money(currency)) => {
            format!("{} {currency}", grouped(&number.decimal_text(currency.minor_digits(), 6)))
        }
        Kind::Percentage => format!("{}%", grouped(&number.times(&Ratio::int(100)).decimal_text(0, 4))),
        Kind::Quantity(unit) => of_unit(unit, number),
        Kind::Number | Kind::Text | Kind::Choice(_) | Kind::Flag | Kind::Date | Kind::Instant | Kind::Party => {
            grouped(&number.decimal_text(0, 6))
        }
    }
}

fn of_unit(unit: &Unit, number: &Ratio) -> String {
    let hours = || number.over(&Ratio::int(3600)).unwrap_or_default();
    let plural = |word: &str, number: &Ratio| {
        let s = if *number == Ratio::ONE { "" } else { "s" };
        format!("{} {word}{s}", grouped(&number.decimal_text(0, 4)))
    };
    match unit {
        Unit::Second if number.abs() < Ratio::int(3600) => {
            plural("minute", &number.over(&Ratio::int(60)).unwrap_or_default())
        }
        Unit::Second => plural("hour", &hours()),
        Unit::WorkingSecond(of) => plural(&format!("{} hour", of.name()), &hours()),
        Unit::Day => plural("day", number),
        Unit::Month => plural("month", number),
        Unit::BusinessDay => plural("business day", number),
        Unit::Thing(name) => format!("{} {name}", grouped(&number.decimal_text(0, 6))),
        Unit::One | Unit::Money(_) => grouped(&number.decimal_text(0, 6)),
    }
}

/// Digits in groups of three before the decimal point, divided by single spaces.
#[must_use]
pub fn grouped(text: &str) -> String {
    let digits_end = text.find('.').unwrap_or(text.len());
    let (whole, rest) = text.split_at_checked(digits_end).unwrap_or((text, ""));
    let start = whole.find(|letter: char| letter.is_ascii_digit()).unwrap_or(0);
    let (sign, whole) = whole.split_at_checked(start).unwrap_or(("", whole));
    let mut out = sign.to_owned();
    let length = whole.len();
    for (place, digit) in whole.chars().enumerate() {
        let left = length.saturating_sub(place);
        if place > 0 && left.is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

/// A step that was done with an amount.
pub(crate) fn adjusted_words(step: &Adjustment, money: &Kind, stated: &Ratio, after: &Ratio) -> String {
    let (stated, after) = match &step.what {
        Adjust::Limit(..) | Adjust::Exempt(..) | Adjust::Indexed(_) => {
            (quantity(money, stated), quantity(money, after))
        }
        Adjust::Rounded(_) => (grouped(&stated.decimal_text(0, 10)), quantity(money, after)),
    };
    match &step.what {
        Adjust::Limit(LimitKind::AtMost, _) => format!("at most {stated}: {after}"),
        Adjust::Limit(LimitKind::AtLeast, _) => format!("at least {stated}: {after}"),
        Adjust::Exempt(Exemption::Below, _) => format!("nothing below {stated}: {after}"),
        Adjust::Exempt(Exemption::Whole, _) => format!("nothing up to {stated}, then the whole: {after}"),
        Adjust::Exempt(Exemption::Excess, _) => format!("nothing up to {stated}, then the excess: {after}"),
        Adjust::Indexed(_) => format!("indexed: {stated} becomes {after}"),
        Adjust::Rounded(how) => {
            let (step, mode) = (how.step.decimal_text(0, 6), how.mode.word());
            format!("rounded to {step} {mode}: {stated} becomes {after}")
        }
    }
}
