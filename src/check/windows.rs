//! `per month`, `per site`: windows and groups.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, FamilyId, FieldId};
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::window::WindowKind;
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, TermBody};
use crate::syntax::tree::{PerWord, Word};

/// What stands behind a `per`.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Per {
    /// A window.
    Window(WindowKind),
    /// Each asset of a family.
    Family(FamilyId),
    /// Each value of an attribute or field.
    Group(Dimension),
    /// A unit of this size in base units.
    Unit(Unit, Ratio),
}

impl Checker<'_> {
    /// The window that words name, if they do. Words that can mean two windows raise the question.
    pub(super) fn window(&mut self, words: &str, span: Span) -> Option<WindowKind> {
        let (first, _) = self.term;
        let (_, month, day) = first.parts();
        let anniversary = |checker: &mut Self, calendar: WindowKind, contract: WindowKind, same: bool| {
            if !same {
                checker.ask_window(span, words, calendar, contract);
            }
            Some(calendar)
        };
        match words {
            "day" | "calendar day" => Some(WindowKind::Day),
            "week" => Some(WindowKind::Week),
            "calendar month" => Some(WindowKind::Month),
            "calendar quarter" => Some(WindowKind::Quarter),
            "calendar year" => Some(WindowKind::Year),
            "contract month" => Some(WindowKind::ContractMonth),
            "contract quarter" => Some(WindowKind::ContractQuarter),
            "contract year" => Some(WindowKind::ContractYear),
            "period" => Some(self.rhythm()),
            "term" => Some(WindowKind::Term),
            "month" => anniversary(self, WindowKind::Month, WindowKind::ContractMonth, day == 1),
            "quarter" => {
                let starts = day == 1 && matches!(month, 1 | 4 | 7 | 10);
                anniversary(self, WindowKind::Quarter, WindowKind::ContractQuarter, starts)
            }
            "year" => anniversary(self, WindowKind::Year, WindowKind::ContractYear, day == 1 && month == 1),
            _ => None,
        }
    }

    fn ask_window(&mut self, span: Span, words: &str, calendar: WindowKind, contract: WindowKind) {
        let (first, last) = self.term;
        let windows = crate::base::window::Windows::new(self.zone, first, last, crate::base::time::MonthEnd::LastDay);
        let days = |kind: WindowKind| {
            let (from, to) = windows.days(kind, windows.index_of_date(kind, first));
            format!("the first one is {} to {to}", from.max(first))
        };
        let question =
            Diagnostic::new(Code::C046, span, format!("`per {words}` does not say from when a {words} is counted"))
                .label(format!("the term begins on {first}"))
                .answer(format!("calendar {words}"), days(calendar))
                .answer(contract.word(), days(contract))
                .help(format!("write `per calendar {words}` or `per {}`", contract.word()));
        self.report(question);
    }

    /// What stands behind a `per`.
    pub(super) fn per(&mut self, per: &PerWord) -> Option<Per> {
        let word = &per.words;
        if let Some(length) = word.node.strip_prefix("rolling ") {
            return self.rolling(length, word.span).map(Per::Window);
        }
        if let Some(window) = self.window(&word.node, word.span) {
            return Some(Per::Window(window));
        }
        if word.node.contains(" of ") {
            return self.shared_attribute(word).map(Per::Group);
        }
        if let Some(found) = self.family_or_group(word) {
            return Some(found);
        }
        if let Some((unit, size)) = self.unit(&word.node) {
            return Some(Per::Unit(unit, size));
        }
        let families: Vec<String> = self.families.iter().map(|family| family.name.clone()).collect();
        let attributes =
            self.families.iter().flat_map(|family| family.attributes.iter().map(|field| field.name.clone()));
        let names: Vec<String> = families.into_iter().chain(attributes).chain(self.thing_names()).collect();
        let mut known: Vec<&str> = names.iter().map(String::as_str).collect();
        known.extend([
            "day",
            "week",
            "month",
            "quarter",
            "year",
            "contract year",
            "hour",
            "business day",
            "working hour",
        ]);
        self.unknown("window, group or unit", &word.node, word.span, &known)
    }

    pub(super) fn family_or_group(&mut self, word: &Word) -> Option<Per> {
        if let Some(family) = self.find_family(&word.node) {
            self.used.push(self.meant(&word.node).to_owned());
            return Some(Per::Family(family));
        }
        if let Some((event, field)) = word.node.split_once('.') {
            let Some(kind) = self.find_kind(event) else { return self.group_of_family(event, field).map(Per::Group) };
            let fields = &self.kinds.get(kind.index())?.fields;
            let Some(place) = fields.iter().position(|known| known.name == field) else {
                return self.decided_group(field, Some(kind)).map(Per::Group);
            };
            return Some(Per::Group(Dimension::Field(kind, FieldId::at(place))));
        }
        let mut holders = self.families.iter().enumerate().filter_map(|(family, known)| {
            let place = known.attributes.iter().position(|field| field.name == word.node)?;
            Some(Dimension::Attribute(FamilyId::at(family), AttributeId::at(place)))
        });
        let first = holders.next();
        drop(holders);
        first.or_else(|| self.decided_group(&word.node, None)).map(Per::Group)
    }

    /// `sensor.site`: an attribute of a family, where several families have one of that name.
    fn group_of_family(&self, family: &str, name: &str) -> Option<Dimension> {
        let family = self.find_family(family)?;
        let attributes = &self.families.get(family.index())?.attributes;
        let place = attributes.iter().position(|field| field.name == name)?;
        Some(Dimension::Attribute(family, AttributeId::at(place)))
    }

    /// `site of pump or dispenser`: one group of an attribute that several families have.
    fn shared_attribute(&mut self, word: &Word) -> Option<Dimension> {
        let mut words = word.node.split_whitespace().filter(|part| !matches!(*part, "of" | "or"));
        let name = words.next()?.to_owned();
        let mut found: Vec<(FamilyId, AttributeId)> = Vec::new();
        let mut kind = None;
        for family in words {
            let Some(id) = self.find_family(family) else {
                let names: Vec<String> = self.families.iter().map(|family| family.name.clone()).collect();
                let known: Vec<&str> = names.iter().map(String::as_str).collect();
                return self.unknown("asset family", family, word.span, &known);
            };
            self.used.push(self.meant(family).to_owned());
            let attributes = self.families.get(id.index()).map(|family| family.attributes.clone()).unwrap_or_default();
            let Some(place) = attributes.iter().position(|field| field.name == name) else {
                let known: Vec<&str> = attributes.iter().map(|field| field.name.as_str()).collect();
                return self.unknown(&format!("attribute of `{family}`"), &name, word.span, &known);
            };
            let own = attributes.get(place).map(|field| field.kind.clone());
            if kind.as_ref().is_some_and(|known| Some(known) != own.as_ref()) {
                let message = format!("`{name}` is not of one kind in these families: it makes no one group");
                let help = "declare it with the same type and the same words in each of them";
                return self.wrong(Code::C023, word.span, message, help);
            }
            kind = own;
            found.push((id, AttributeId::at(place)));
        }
        found.sort_unstable();
        found.dedup();
        let (family, place) = found.first().copied()?;
        if !self.shared.contains(&found) {
            self.shared.push(found);
        }
        Some(Dimension::Attribute(family, place))
    }

    /// The name of the family whose attribute a group is.
    pub(super) fn family_of_group(&self, dim: Dimension) -> String {
        let Dimension::Attribute(own, _) = dim else { return String::new() };
        self.families.get(own.index()).map(|family| family.name.clone()).unwrap_or_default()
    }

    /// Whether a group is of an attribute that another family has too, and that makes one group with it.
    pub(super) fn makes_one_group(&self, dim: Dimension, family: Option<FamilyId>) -> bool {
        let Dimension::Attribute(own, place) = dim else { return false };
        let of = |shared: &&Vec<(FamilyId, AttributeId)>| shared.contains(&(own, place));
        self.shared.iter().filter(of).flatten().any(|(other, _)| Some(*other) == family)
    }

    /// How the group of this name in another family is written, where several families have one.
    pub(super) fn shared_group(&self, dim: Dimension, family: Option<FamilyId>) -> Option<String> {
        let other = self.group_in(dim, family);
        let (Dimension::Attribute(own, place), Dimension::Attribute(other, _), true) = (dim, other, other != dim)
        else {
            return None;
        };
        let field = self.families.get(own.index())?.attributes.get(place.index())?;
        Some(format!("{}.{}", self.families.get(other.index())?.name, field.name))
    }

    /// The group of the same name in the family at hand, where several families have an attribute of that name.
    pub(super) fn group_in(&self, dim: Dimension, family: Option<FamilyId>) -> Dimension {
        let (Dimension::Attribute(own, place), Some(family)) = (dim, family) else { return dim };
        let name = self.families.get(own.index()).and_then(|own| own.attributes.get(place.index()));
        let at_hand = self
            .families
            .get(family.index())
            .zip(name)
            .and_then(|(family, field)| family.attributes.iter().position(|known| known.name == field.name));
        at_hand.map_or(dim, |place| Dimension::Attribute(family, AttributeId::at(place)))
    }

    /// The base unit and size of a unit word: of time, of a `define` such as `block = 5 hours`, or of things
    /// that a field counts.
    pub(super) fn unit(&mut self, words: &str) -> Option<(Unit, Ratio)> {
        if let Some((unit, factor)) = Unit::of_time(words) {
            return Some((unit, Ratio::int(factor)));
        }
        if let Some(found) = self.unit_of_hours(words) {
            return Some(found);
        }
        let singular = words.strip_suffix('s').unwrap_or(words);
        for name in [words, singular] {
            if let Some(id) = self.find_term(name)
                && let Some(TermBody::Unit(size, unit)) = self.terms.get(id.index()).map(|term| &term.body)
            {
                let found = (unit.clone(), size.clone());
                self.used.push(name.to_owned());
                return Some(found);
            }
        }
        let things = self.thing_names();
        let thing = things.iter().find(|thing| *thing == words || *thing == singular)?;
        Some((Unit::Thing(thing.as_str().into()), Ratio::ONE))
    }

    /// The things that fields and attributes count.
    fn thing_names(&self) -> Vec<String> {
        let fields = self.kinds.iter().flat_map(|kind| &kind.fields);
        let attributes = self.families.iter().flat_map(|family| &family.attributes);
        let mut names: Vec<String> = fields
            .chain(attributes)
            .filter_map(|field| {
                let crate::base::value::Kind::Quantity(Unit::Thing(name)) = &field.kind else {
                    return None;
                };
                Some(name.to_string())
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether a group would be made of numbers.
    fn is_measured(&self, dim: Dimension) -> bool {
        let kind = match dim {
            Dimension::Asset(_) | Dimension::Event(_) | Dimension::Depositor(_) | Dimension::Bearer(_) => None,
            Dimension::Attribute(family, place) => {
                self.families.get(family.index()).and_then(|family| family.attributes.get(place.index()))
            }
            Dimension::Field(kind, place) => {
                self.kinds.get(kind.index()).and_then(|kind| kind.fields.get(place.index()))
            }
            Dimension::Decided(_, decision, place) => {
                return self.output(decision, place).is_some_and(|(_, kind)| crate::check::kinds::is_quantity(kind));
            }
        };
        kind.is_some_and(|field| crate::check::kinds::is_quantity(&field.kind))
    }

    /// The window and groups of several `per`; units are refused.
    pub(super) fn window_and_groups(&mut self, pers: &[PerWord]) -> (Option<WindowKind>, Vec<Dimension>) {
        let mut window = None;
        let mut dims = Vec::new();
        for per in pers {
            match self.per(per) {
                Some(Per::Window(kind)) if window.is_none() => window = Some(kind),
                Some(Per::Window(_)) => {
                    let message = format!("a second window `{}`", per.words.node);
                    self.wrong::<()>(Code::C023, per.words.span, message, "give one window");
                }
                Some(Per::Family(family)) => dims.push(Dimension::Asset(family)),
                Some(Per::Group(dim)) if self.is_measured(dim) => {
                    let message = format!("`{}` is a number, and groups are made of words", per.words.node);
                    let help =
                        "group by an attribute or field that holds text, listed words, yes or no, a date or a party";
                    self.wrong::<()>(Code::C023, per.words.span, message, help);
                }
                Some(Per::Group(dim)) => dims.push(dim),
                Some(Per::Unit(..)) => {
                    let message = format!("`{}` is a unit, not a window or group", per.words.node);
                    let help = "a window is day, week, month, quarter, year, `contract year`, period or term; a group is an asset family, an attribute or `event.field`";
                    self.wrong::<()>(Code::C023, per.words.span, message, help);
                }
                None => {}
            }
        }
        (window, dims)
    }
}
