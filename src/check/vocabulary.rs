//! Asset families and kinds of events.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, FamilyId, FieldId, KindId};
use crate::base::quantity::Unit;
use crate::base::value::Kind;
use crate::base::vocabulary::OldIdentity;
use crate::check::checker::Checker;
use crate::check::contract::{EventKind, Family, Field};
use crate::check::kinds::describe;
use crate::syntax::tree::{self, FieldKind, Item};

impl Checker<'_> {
    /// Takes all families and kinds of events in.
    pub(super) fn vocabulary(&mut self) {
        let file = self.file;
        for item in &file.items {
            if let Item::Asset(asset) = item {
                self.asset(asset);
            }
        }
        for item in &file.items {
            if let Item::Event(event) = item {
                self.event(event);
            }
        }
        for item in &file.items {
            if let Item::Event(event) = item {
                self.resets(event);
            }
        }
        for item in &file.items {
            if let Item::Define(define) = item {
                self.judgement(define);
            }
        }
        self.lots();
    }

    /// Takes a family in.
    pub(super) fn asset(&mut self, asset: &tree::Asset) {
        let name = &asset.name;
        if let Some(known) = self.families.iter().find(|family| family.name == name.node) {
            let span = known.span;
            let twice = Diagnostic::new(Code::C011, name.span, format!("the asset `{}` is declared twice", name.node));
            self.report(twice.and_at(span, "first here").help("declare its attributes in one place"));
            return;
        }
        let attributes = self.fields(&asset.attributes);
        self.refuse_identity(&asset.attributes);
        self.families.push(Family {
            name: name.node.clone(),
            title: asset.title.as_ref().map_or_else(|| name.node.clone(), |title| title.node.clone()),
            attributes,
            lots: None,
            of_parties: false,
            span: name.span,
        });
    }

    fn event(&mut self, event: &tree::Event) {
        let family = event.family.as_ref().and_then(|word| self.family(word));
        let fields = self.fields(&event.fields);
        let sets = family.map(|family| self.sets(family, &fields)).unwrap_or_default();
        self.check_identity(event, &fields);
        let counts = self.counts(event, &fields);
        for name in &event.names {
            if let Some(known) = self.kinds.iter().find(|kind| kind.name == name.node) {
                let span = known.span;
                let twice =
                    Diagnostic::new(Code::C011, name.span, format!("the event `{}` is declared twice", name.node));
                self.report(twice.and_at(span, "first here").help("give one of them another name"));
                continue;
            }
            self.kinds.push(EventKind {
                name: name.node.clone(),
                family,
                fields: fields.clone(),
                counts,
                sets: sets.clone(),
                span: name.span,
            });
        }
    }

    /// Fields that set the attribute of the same name; both must be of one kind.
    fn sets(&mut self, family: FamilyId, fields: &[Field]) -> Vec<(FieldId, AttributeId)> {
        let attributes = self.families.get(family.index()).map(|family| family.attributes.clone()).unwrap_or_default();
        let mut sets = Vec::new();
        for (field_place, field) in fields.iter().enumerate() {
            let Some(place) = attributes.iter().position(|attribute| attribute.name == field.name) else {
                continue;
            };
            let Some(attribute) = attributes.get(place) else {
                continue;
            };
            if attribute.kind == field.kind {
                sets.push((FieldId::at(field_place), AttributeId::at(place)));
            } else {
                let message = format!(
                    "`{}` is {} here, but the attribute of that name is {}",
                    field.name,
                    describe(&field.kind),
                    describe(&attribute.kind)
                );
                self.wrong::<()>(
                    Code::C020,
                    field.span,
                    message,
                    "an event field with the name of an attribute sets it; give both one type, or another name",
                );
            }
        }
        sets
    }

    fn fields(&mut self, fields: &[tree::Field]) -> Vec<Field> {
        let mut checked: Vec<Field> = Vec::new();
        for field in fields {
            if checked.iter().any(|known| known.name == field.name.node) {
                let message = format!("`{}` is declared twice", field.name.node);
                self.wrong::<()>(Code::C011, field.name.span, message, "give one of them another name");
                continue;
            }
            let kind = self.field_kind(&field.kind.node);
            let measurable = matches!(kind, Kind::Number | Kind::Quantity(_));
            if let Some(span) = field.cumulative.filter(|_| !measurable) {
                let message = format!("`{}` is {} and cannot be a meter", field.name.node, describe(&kind));
                self.wrong::<()>(Code::C020, span, message, "a cumulative field is a number, a count or a duration");
            }
            checked.push(Field {
                name: field.name.node.clone(),
                kind,
                optional: field.optional.is_some(),
                cumulative: field.cumulative.is_some(),
                resets: Vec::new(),
                identity: field.identity.as_ref().map(|identity| identity.node.unwrap_or(OldIdentity::Stays)),
                members: if let FieldKind::Member(family) = &field.kind.node {
                    self.find_party_family(&family.node)
                } else {
                    None
                },
                span: field.name.span,
            });
        }
        checked
    }

    pub(super) fn field_kind(&mut self, kind: &FieldKind) -> Kind {
        match kind {
            FieldKind::Number => Kind::Number,
            FieldKind::Percentage => Kind::Percentage,
            FieldKind::Money => Kind::Money(self.currency),
            FieldKind::Duration => Kind::Quantity(Unit::Second),
            FieldKind::Date => Kind::Date,
            FieldKind::Instant => Kind::Instant,
            FieldKind::Text => Kind::Text,
            FieldKind::Flag => Kind::Flag,
            FieldKind::Party => Kind::Party,
            FieldKind::Member(family) => self.member_kind(family),
            FieldKind::Count(thing) => Kind::Quantity(Unit::Thing(thing.node.as_str().into())),
            FieldKind::Choice(words) => {
                for (place, word) in words.iter().enumerate() {
                    if words.iter().take(place).any(|known| known.node == word.node) {
                        let message = format!("`{}` is listed twice", word.node);
                        self.wrong::<()>(Code::C011, word.span, message, "list each word once");
                    }
                }
                Kind::Choice(words.iter().map(|word| word.node.clone()).collect())
            }
        }
    }

    /// Resolves `reset by`, once all events are known.
    fn resets(&mut self, event: &tree::Event) {
        for (place, field) in event.fields.iter().enumerate() {
            let resets: Vec<KindId> = field.reset_by.iter().filter_map(|word| self.kind(word)).collect();
            for name in &event.names {
                let kind = self.kinds.iter_mut().find(|kind| kind.name == name.node);
                if let Some(field) = kind.and_then(|kind| kind.fields.get_mut(place)) {
                    field.resets.clone_from(&resets);
                }
            }
        }
    }
}
