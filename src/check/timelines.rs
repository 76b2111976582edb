//! Timelines: states whose events name no asset. They hold for all assets, or for those whose attribute is equal
//! to a field of the events: the same site, the same party.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, FamilyId, FieldId, KindId};
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::check::checker::{Checker, listed};
use crate::check::contract::{Field, Same};
use crate::check::value::{Point, State};
use crate::syntax::tree::{self, Define, StatePoint, Word};

impl Checker<'_> {
    /// Whether both ends are events that name no asset.
    pub(super) fn is_timeline(&self, from: &StatePoint, to: &StatePoint) -> bool {
        let nameless = |point: &StatePoint| {
            let kind = self.find_kind(&point.name.node);
            kind.is_some_and(|kind| self.family_of(kind).is_none())
        };
        nameless(from) && nameless(to)
    }

    /// What tells the events of a state apart. Asked where a field of theirs is an attribute of assets too; `None`
    /// where it is wrong.
    pub(super) fn same(
        &mut self,
        define: &Define,
        (from, to): (&Point, &Point),
        family: Option<FamilyId>,
        same: Option<&tree::Same>,
    ) -> Option<Option<Same>> {
        let (Point::Event { kind: from, .. }, Point::Event { kind: to, .. }, None) = (from, to, family) else {
            return match same {
                None => Some(None),
                Some(tree::Same::Field(Word { span, .. }) | tree::Same::AllAssets(span)) => {
                    let message = format!("`{}` is the state of an asset, which its events name", define.name.node);
                    self.wrong(Code::C024, *span, message, "remove it")
                }
            };
        };
        match same {
            Some(tree::Same::Field(word)) => self.same_field(word, *from, *to).map(Some),
            Some(tree::Same::AllAssets(_)) => Some(None),
            None => {
                self.ask_for_whom(define, *from, *to);
                Some(None)
            }
        }
    }

    fn same_field(&mut self, word: &Word, from: KindId, to: KindId) -> Option<Same> {
        let (start, kind) = self.field_of(from, word)?;
        let (end, other) = self.field_of(to, word)?;
        if kind != other {
            let message = format!("`{}` has another type in the event that ends it", word.node);
            return self.wrong(Code::C020, word.span, message, "declare both events with the same field");
        }
        let attributes = self.holders(&word.node, &kind);
        if attributes.is_empty() {
            let message = format!("no asset has an attribute `{}` of this type", word.node);
            let help = format!("declare `{}` as an attribute of the assets, with the same type", word.node);
            return self.wrong(Code::C022, word.span, message, help);
        }
        self.used.push(word.node.clone());
        Some(Same { name: word.node.clone(), from: start, to: end, attributes })
    }

    fn field_of(&mut self, kind: KindId, word: &Word) -> Option<(FieldId, Kind)> {
        let kind = self.kinds.get(kind.index())?.clone();
        if let Some(place) = kind.fields.iter().position(|field| field.name == word.node) {
            return kind.fields.get(place).map(|field| (FieldId::at(place), field.kind.clone()));
        }
        let known: Vec<&str> = kind.fields.iter().map(|field| field.name.as_str()).collect();
        self.unknown(&format!("field of `{}`", kind.name), &word.node, word.span, &known)
    }

    /// The attributes of this name and type.
    fn holders(&self, name: &str, kind: &Kind) -> Vec<(FamilyId, AttributeId)> {
        let families = self.families.iter().enumerate();
        let holder = |(family, known): (usize, &crate::check::contract::Family)| {
            let place = known.attributes.iter().position(|field| field.name == name && field.kind == *kind)?;
            Some((FamilyId::at(family), AttributeId::at(place)))
        };
        families.filter_map(holder).collect()
    }

    /// Asks for which assets a timeline holds, where its events say something that assets differ by.
    fn ask_for_whom(&mut self, define: &Define, from: KindId, to: KindId) {
        let names = |kind: Kind| matches!(kind, Kind::Choice(_) | Kind::Text | Kind::Party | Kind::Flag);
        let tells = |field: &&Field| names(field.kind.clone()) && !self.holders(&field.name, &field.kind).is_empty();
        let kinds = [from, to].into_iter().filter_map(|kind| self.kinds.get(kind.index()));
        let fields: Vec<Field> = kinds.flat_map(|kind| kind.fields.iter().filter(tells)).cloned().collect();
        let Some(field) = fields.first() else { return };
        let (name, event) = (&define.name.node, self.kinds.get(from.index()).map_or("", |kind| kind.name.as_str()));
        let example = match &field.kind {
            Kind::Choice(words) => words.first().map_or_else(|| field.name.clone(), Clone::clone),
            Kind::Number
            | Kind::Percentage
            | Kind::Money(_)
            | Kind::Quantity(_)
            | Kind::Text
            | Kind::Flag
            | Kind::Date
            | Kind::Instant
            | Kind::Party => format!("one {}", field.name),
        };
        let label = format!("from `{event}` with {} {example}", field.name);
        self.report(
            Diagnostic::new(Code::C130, define.name.span, format!("`{name}` does not say for which assets it holds"))
                .label(label)
                .answer(
                    format!("for the same {}", field.name),
                    format!("it holds for the assets whose {} is {example} at the time", field.name),
                )
                .answer("for all assets", format!("it holds for every asset, whatever its {}", field.name))
                .help(format!("add one of them behind the definition of `{name}`")),
        );
    }

    /// Refuses a state where one of its timelines cannot be told for the assets at hand.
    pub(super) fn timelines_fit(&mut self, state: &State, family: Option<FamilyId>, span: Span) -> Option<()> {
        let told = |same: &Same| family.is_some_and(|family| same.attributes.iter().any(|(known, _)| *known == family));
        let mut missing = None;
        primitives(state, &mut |id: usize| {
            let found = self.states.get(id).filter(|state| state.same.as_ref().is_some_and(|same| !told(same)));
            missing = missing.take().or_else(|| found.cloned());
        });
        let Some((name, same)) = missing.and_then(|state| Some((state.name, state.same?))) else { return Some(()) };
        let word = &same.name;
        let (message, help) = match family.and_then(|family| self.families.get(family.index())) {
            Some(family) => {
                let family = &family.name;
                (
                    format!("`{name}` holds for assets of the same {word}, and a {family} has no such {word}"),
                    format!("give `{family}` the attribute `{word}`, with the type that the events have"),
                )
            }
            None => (
                format!("`{name}` holds for each {word} apart, and no asset is at hand"),
                format!("join it with a state of assets, such as `in_service and {name}`"),
            ),
        };
        self.wrong(Code::C022, span, message, help)
    }

    /// Refuses states of different families: no asset can be in both.
    pub(super) fn one_family(&mut self, states: &[State], span: Span) -> Option<()> {
        let mut families: Vec<FamilyId> = states.iter().filter_map(|state| self.family_of_state(state)).collect();
        families.dedup();
        if families.len() < 2 {
            return Some(());
        }
        let names: Vec<String> =
            families.iter().filter_map(|id| self.families.get(id.index())).map(|family| family.name.clone()).collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let message = format!("these are states of different asset families: {}", listed(&known));
        self.wrong(Code::C022, span, message, "join states of one family, and timelines of the contract")
    }
}

/// Shows the place of each primitive state that a state is made of.
pub(super) fn primitives(state: &State, see: &mut dyn FnMut(usize)) {
    match state {
        State::In(id) => see(id.index()),
        State::Member => {}
        State::Not(inner) => primitives(inner, see),
        State::And(parts) | State::Or(parts) => parts.iter().for_each(|part| primitives(part, see)),
    }
}
