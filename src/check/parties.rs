//! Who pays and who is paid: a party that the contract names, one that the event or asset names, or each member of a
//! family of parties.
//!
//! A party that is not named in the text is a group of the line, so that settling needs no second mechanism.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, FamilyId, FieldId, KindId, ObligationId, PartyId};
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, EventKind, Family, Field};
use crate::check::value::{Node, Value};
use crate::check::values::{Context, value_of};
use crate::syntax::tree::{self, Expr, ExprNode, Word};

/// A party.
#[derive(Clone, PartialEq, Debug)]
pub struct Party {
    /// The role that clauses use.
    pub role: String,
    /// A short name.
    pub name: String,
    /// The full name; the short one where none is given.
    pub title: String,
    /// Further facts.
    pub facts: Vec<(String, String)>,
    /// Where it is declared.
    pub span: Span,
}

/// A party of a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Who {
    /// One that the contract names.
    Party(PartyId),
    /// The one that this group of the line is.
    Group(Dimension),
}

/// What is at hand where a party is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct AtHand<'c> {
    /// The event.
    pub(super) kind: Option<KindId>,
    /// The family of the asset.
    pub(super) family: Option<FamilyId>,
    /// The groups of what is measured.
    pub(super) dims: &'c [Dimension],
    /// The obligation that the sentence is about.
    pub(super) duty: Option<ObligationId>,
}

/// Where a field or attribute holds a party of a family: fields of the event, attributes of the asset, the asset
/// itself. A field that sets an attribute stands for both.
pub(crate) fn sources(
    members: FamilyId,
    kind: Option<&EventKind>,
    of_kind: Option<KindId>,
    of_family: Option<(FamilyId, &Family)>,
) -> Vec<Dimension> {
    let holds = |field: &Field| field.kind == Kind::Party && field.members.is_none_or(|found| found == members);
    let mut found = Vec::new();
    if let (Some(kind), Some(id)) = (kind, of_kind) {
        let fields = kind.fields.iter().enumerate().filter(|(_, field)| holds(field));
        found.extend(fields.map(|(place, _)| Dimension::Field(id, FieldId::at(place))));
    }
    if let Some((id, family)) = of_family {
        let set =
            |place: usize| kind.is_some_and(|kind| kind.sets.iter().any(|(_, attribute)| attribute.index() == place));
        let attributes = family.attributes.iter().enumerate().filter(|(place, field)| holds(field) && !set(*place));
        found.extend(attributes.map(|(place, _)| Dimension::Attribute(id, AttributeId::at(place))));
        if id == members {
            found.push(Dimension::Asset(id));
        }
    }
    found
}

fn field_behind<'a>(families: &'a [Family], kinds: &'a [EventKind], dim: Dimension) -> Option<&'a Field> {
    match dim {
        Dimension::Attribute(family, attribute) => families.get(family.index())?.attributes.get(attribute.index()),
        Dimension::Field(kind, field) => kinds.get(kind.index())?.fields.get(field.index()),
        Dimension::Asset(_)
        | Dimension::Event(_)
        | Dimension::Decided(..)
        | Dimension::Depositor(_)
        | Dimension::Bearer(_) => None,
    }
}

/// The field or attribute that a value is.
fn read_of(value: &Value) -> Option<Dimension> {
    if let Node::Field(kind, field) = &*value.node {
        return Some(Dimension::Field(*kind, *field));
    }
    if let Node::Attribute(family, attribute) = &*value.node {
        return Some(Dimension::Attribute(*family, *attribute));
    }
    None
}

/// Whether a group is a party.
pub(crate) fn holds_party(families: &[Family], kinds: &[EventKind], dim: Dimension) -> bool {
    match dim {
        Dimension::Asset(family) => families.get(family.index()).is_some_and(|family| family.of_parties),
        Dimension::Depositor(_) | Dimension::Bearer(_) => true,
        Dimension::Attribute(..) | Dimension::Field(..) | Dimension::Event(_) | Dimension::Decided(..) => {
            field_behind(families, kinds, dim).is_some_and(|field| field.kind == Kind::Party)
        }
    }
}

impl Checker<'_> {
    /// Takes a family of parties in.
    pub(super) fn party_family(&mut self, family: &tree::Asset) {
        let name = &family.name;
        if self.find_party(&name.node).is_some() {
            let message = format!("`{}` is already the role or name of a party", name.node);
            self.wrong::<()>(Code::C011, name.span, message, "give the family another name");
            return;
        }
        self.asset(family);
        if let Some(found) = self.families.iter_mut().find(|known| known.name == name.node) {
            found.of_parties = true;
        }
    }

    /// The family of parties of a name.
    pub(super) fn find_party_family(&self, name: &str) -> Option<FamilyId> {
        self.families.iter().position(|family| family.of_parties && family.name == name).map(FamilyId::at)
    }

    /// Whether there are families of parties.
    pub(super) fn has_party_families(&self) -> bool {
        self.families.iter().any(|family| family.of_parties)
    }

    /// Whether a family is one of parties.
    pub(super) fn is_of_parties(&self, family: FamilyId) -> bool {
        self.families.get(family.index()).is_some_and(|family| family.of_parties)
    }

    /// The family of parties that words name: itself, or one that a field or attribute of that name holds a member of.
    pub(super) fn family_meant(&self, expr: &Expr) -> Option<String> {
        let words = self.words(expr.span);
        if self.find_party(&words).is_some() {
            return None;
        }
        let last = words.rsplit('.').next().unwrap_or(&words);
        let attributes = self.families.iter().flat_map(|family| &family.attributes);
        let fields = self.kinds.iter().flat_map(|kind| &kind.fields);
        let mut held = attributes.chain(fields).filter(|field| field.kind == Kind::Party && field.name == last);
        let family = self.find_party_family(&words).or_else(|| held.find_map(|field| field.members))?;
        self.families.get(family.index()).map(|family| family.name.clone())
    }

    /// The type of a field that holds a member of a family.
    pub(super) fn member_kind(&mut self, word: &Word) -> Kind {
        if self.find_party_family(&word.node).is_some() {
            self.used.push(word.node.clone());
            return Kind::Party;
        }
        let families = self.families.iter().filter(|family| family.of_parties).map(|family| family.name.clone());
        let names: Vec<String> = families.collect();
        let types = ["number", "percentage", "money", "duration", "date", "instant", "text", "yes or no", "party"];
        let known: Vec<&str> = types.into_iter().chain(names.iter().map(String::as_str)).collect();
        self.unknown::<()>("type", &word.node, word.span, &known);
        Kind::Text
    }

    /// The family that a sentence names as its payer or payee, where nothing in it says which member: each of them.
    pub(super) fn every_member(&self, payment: &tree::Payment) -> Option<FamilyId> {
        let parties = std::iter::once(&payment.payer).chain(&payment.payee);
        parties
            .into_iter()
            .find_map(|party| if let ExprNode::Name(name) = &*party.node { self.find_party_family(name) } else { None })
    }

    /// Who pays and who is paid.
    pub(super) fn payer_and_payee(&mut self, payment: &tree::Payment, at: AtHand<'_>) -> Option<(Who, Who)> {
        let payer = self.who(&payment.payer, payment.each_payer, at);
        let payee = match (&payment.payee, payer) {
            (Some(payee), _) => self.who(payee, None, at),
            (None, Some(payer)) => self.other_side(payer, payment.payer.span),
            (None, None) => None,
        };
        let (payer, payee) = (payer?, payee?);
        if payer == payee {
            let help = "name the other party behind `to`";
            return self.wrong(Code::C024, payment.payer.span, "a party does not pay itself".to_owned(), help);
        }
        Some((payer, payee))
    }

    /// The party of an expression: a role, `moved.sender`, an attribute of the asset, a family of parties.
    pub(super) fn who(&mut self, expr: &Expr, each: Option<Span>, at: AtHand<'_>) -> Option<Who> {
        if let Some(duty) = at.duty.filter(|duty| self.is_bearer(expr, *duty)) {
            return Some(Who::Group(Dimension::Bearer(duty)));
        }
        if let ExprNode::Name(name) = &*expr.node {
            if let Some(family) = self.find_party_family(name) {
                self.used.push(name.clone());
                return self.member_at_hand(family, expr.span, at);
            }
            if let Some(span) = each {
                let message = format!("`{name}` is not a family of parties");
                let help = "`each` stands before a family such as `many partner`; remove it before a single party";
                return self.wrong(Code::C024, span, message, help);
            }
            if self.find_party(name).is_some() {
                return self.party(expr).map(Who::Party);
            }
            if at.kind.is_none() && at.family.is_none() && at.dims.is_empty() {
                let families = self.families.iter().filter(|family| family.of_parties).map(|family| &family.name);
                let names: Vec<String> =
                    self.parties.iter().map(|party| &party.role).chain(families).cloned().collect();
                let known: Vec<&str> = names.iter().map(String::as_str).collect();
                return self.unknown("party", name, expr.span, &known);
            }
        }
        self.named_by_the_facts(expr, at)
    }

    /// Whether a sentence about an obligation names who owes it: in the same words, or by the family.
    fn is_bearer(&self, expr: &Expr, duty: ObligationId) -> bool {
        let (Some(obligation), Some(text)) =
            (self.obligations.get(duty.index()), self.declared_obligations.get(duty.index()))
        else {
            return false;
        };
        let Who::Group(dim) = obligation.party else { return false };
        let family = if let ExprNode::Name(name) = &*expr.node { self.find_party_family(name) } else { None };
        let same = self.words(expr.span) == self.words(text.party.span);
        same || family.is_some_and(|family| self.holds_member(dim, family))
    }

    /// A field of the event or an attribute of the asset that holds a party.
    fn named_by_the_facts(&mut self, expr: &Expr, at: AtHand<'_>) -> Option<Who> {
        if let Some(dim) =
            at.dims.iter().copied().find(|dim| self.words_of(*dim).as_deref() == Some(&*self.words(expr.span)))
            && self.holds_party(dim)
        {
            return Some(Who::Group(dim));
        }
        let context = Context { kind: at.kind, family: at.family, ..Context::default() };
        let value = self.value(expr, &context)?;
        if let Some(dim) = read_of(&value).filter(|_| value.kind == Kind::Party) {
            return Some(Who::Group(dim));
        }
        let message = format!("a party is expected here, this is {}", crate::check::kinds::describe(&value.kind));
        let help = "name a party by its role, or a field or attribute that holds a party";
        self.wrong(Code::C020, expr.span, message, help)
    }

    /// The member of a family that the event, asset or measure is about; several need a choice.
    fn member_at_hand(&mut self, family: FamilyId, span: Span, at: AtHand<'_>) -> Option<Who> {
        let grouped: Vec<Dimension> = at.dims.iter().copied().filter(|dim| self.holds_member(*dim, family)).collect();
        let found = if grouped.is_empty() { self.sources_of(family, at.kind, at.family) } else { grouped };
        match found.as_slice() {
            [one] => Some(Who::Group(*one)),
            [] => {
                let name = self.families.get(family.index()).map(|family| family.name.clone()).unwrap_or_default();
                let message = format!("nothing here says which {name}");
                let help = format!(
                    "declare a field or attribute of the type `{name}`, or count asset by asset what is held by one"
                );
                self.wrong(Code::C022, span, message, help)
            }
            several => {
                self.ask_which(family, span, several);
                None
            }
        }
    }

    /// Where a member of a family is named for what happens by a kind of event or to a family of assets.
    pub(super) fn sources_of(
        &self,
        members: FamilyId,
        kind: Option<KindId>,
        family: Option<FamilyId>,
    ) -> Vec<Dimension> {
        let of_kind = kind.and_then(|kind| self.kinds.get(kind.index()));
        let of_family = family.and_then(|family| Some((family, self.families.get(family.index())?)));
        sources(members, of_kind, kind, of_family)
    }

    /// What names the members of a group that is a family of parties.
    pub(super) fn named_members(
        &self,
        dim: Dimension,
        kind: Option<KindId>,
        family: Option<FamilyId>,
    ) -> Vec<Dimension> {
        match dim {
            Dimension::Asset(members) if self.is_of_parties(members) => self.sources_of(members, kind, family),
            Dimension::Asset(_)
            | Dimension::Attribute(..)
            | Dimension::Field(..)
            | Dimension::Event(_)
            | Dimension::Decided(..)
            | Dimension::Depositor(_)
            | Dimension::Bearer(_) => Vec::new(),
        }
    }

    /// Asks which member is counted, where several are named.
    pub(super) fn ask_which_member(
        &mut self,
        dim: Dimension,
        kind: Option<KindId>,
        family: Option<FamilyId>,
        span: Span,
    ) -> Option<()> {
        let several = self.named_members(dim, kind, family);
        if let (Dimension::Asset(members), [_, _, ..]) = (dim, several.as_slice()) {
            self.ask_which(members, span, &several);
            return None;
        }
        Some(())
    }

    /// Asks which of several parties is meant.
    pub(super) fn ask_which(&mut self, family: FamilyId, span: Span, several: &[Dimension]) {
        let name = self.families.get(family.index()).map(|family| family.name.clone()).unwrap_or_default();
        let words: Vec<String> = several.iter().filter_map(|dim| self.words_of(*dim)).collect();
        let mut question = Diagnostic::new(
            Code::C172,
            span,
            format!(
                "{} of the {name}s could be meant, and it is not said which",
                crate::check::parties::number(words.len())
            ),
        );
        for word in &words {
            let name = word.rsplit('.').next().unwrap_or(word);
            question = question.answer(word.clone(), format!("the {name} and no other"));
        }
        self.report(question.help(format!("write one of them in place of `{name}`")));
    }

    /// A party in words: its role, or what names it.
    pub(super) fn in_words(&self, who: Who) -> String {
        match who {
            Who::Party(party) => self.parties.get(party.index()).map(|party| party.role.clone()),
            Who::Group(dim) => self.words_of(dim),
        }
        .unwrap_or_default()
    }

    /// How a group is written where a party may stand.
    pub(super) fn words_of(&self, dim: Dimension) -> Option<String> {
        match dim {
            Dimension::Asset(family) => self.families.get(family.index()).map(|family| family.name.clone()),
            Dimension::Attribute(family, attribute) => {
                let family = self.families.get(family.index())?;
                family.attributes.get(attribute.index()).map(|field| field.name.clone())
            }
            Dimension::Field(kind, field) => {
                let kind = self.kinds.get(kind.index())?;
                kind.fields.get(field.index()).map(|field| format!("{}.{}", kind.name, field.name))
            }
            Dimension::Event(_) | Dimension::Decided(..) | Dimension::Depositor(_) | Dimension::Bearer(_) => None,
        }
    }

    /// The field or attribute behind a group.
    fn field_behind(&self, dim: Dimension) -> Option<&Field> {
        field_behind(&self.families, &self.kinds, dim)
    }

    /// Whether a group is a party.
    pub(super) fn holds_party(&self, dim: Dimension) -> bool {
        holds_party(&self.families, &self.kinds, dim)
    }

    fn holds_member(&self, dim: Dimension, members: FamilyId) -> bool {
        if let Dimension::Asset(family) = dim {
            return family == members;
        }
        let of = |field: &Field| field.members.is_none_or(|found| found == members);
        self.field_behind(dim).is_some_and(|field| field.kind == Kind::Party && of(field))
    }

    /// Whether two that are named in different words may be one party.
    pub(super) fn may_be_one(&self, one: Who, other: Who) -> bool {
        match (one, other) {
            (Who::Party(one), Who::Party(other)) => one == other,
            (Who::Party(_), Who::Group(dim)) | (Who::Group(dim), Who::Party(_)) => self.members_of(dim).is_none(),
            (Who::Group(one), Who::Group(other)) => {
                let (one, other) = (self.members_of(one), self.members_of(other));
                one.is_none() || other.is_none() || one == other
            }
        }
    }

    /// The family of which a group holds members; `None` where it may be any party.
    pub(super) fn members_of(&self, dim: Dimension) -> Option<FamilyId> {
        match dim {
            Dimension::Asset(family) => Some(family),
            Dimension::Bearer(duty) => match self.obligations.get(duty.index())?.party {
                Who::Group(dim) => self.members_of(dim),
                Who::Party(_) => None,
            },
            Dimension::Depositor(place) => {
                let taken = self.deposits.get(place)?.taken_by.first()?;
                match self.sentences.get(taken.index())?.payer {
                    Who::Group(dim) => self.members_of(dim),
                    Who::Party(_) => None,
                }
            }
            Dimension::Attribute(..) | Dimension::Field(..) | Dimension::Event(_) | Dimension::Decided(..) => {
                self.field_behind(dim).and_then(|field| field.members)
            }
        }
    }

    /// The one party on the other side: of two, or the only one that the contract names beside its families.
    pub(super) fn other_side(&mut self, who: Who, span: Span) -> Option<Who> {
        let families = self.has_party_families();
        match (who, self.parties.len(), families) {
            (Who::Party(party), 2, false) => Some(Who::Party(PartyId::at(usize::from(party.index() == 0)))),
            (Who::Group(_), 1, _) => Some(Who::Party(PartyId(0))),
            _ => {
                self.ask_who_is_paid(who, span);
                None
            }
        }
    }

    fn ask_who_is_paid(&mut self, who: Who, span: Span) {
        let payer = if let Who::Party(party) = who { Some(party.index()) } else { None };
        let named = self.parties.iter().enumerate().filter(|(place, _)| Some(*place) != payer);
        let roles = named.map(|(_, party)| party.role.clone());
        let families = self.families.iter().filter(|family| family.of_parties).map(|family| family.name.clone());
        let others: Vec<String> = roles.chain(families).collect();
        let mut question = Diagnostic::new(
            Code::C172,
            span,
            "with more than two parties a payment names who is paid, and this one does not".to_owned(),
        );
        for other in &others {
            question = question.answer(format!("to {other}"), format!("the {other} is paid"));
        }
        self.report(question.help("write it behind the amount"));
    }

    /// A decision is about one asset, whose own facts are all that a live service has at hand.
    pub(super) fn refuse_other_parties(&mut self, value: &Value) -> Option<()> {
        let mut found = false;
        self.visit(value, &mut |node, _| found |= matches!(node, Node::OfParty(..)));
        if found {
            let help = "bring it with the event, as a field of its own";
            let message = "a decision does not read attributes of a party".to_owned();
            return self.wrong(Code::C022, value.span, message, help);
        }
        Some(())
    }

    /// `moved.sender.tier`, `holder.tier`: an attribute of a party.
    pub(super) fn of_party(&mut self, base: &Expr, field: &Word, context: &Context) -> Option<Value> {
        // `partner.tier` where the limit or payment is for each partner.
        if let ExprNode::Name(name) = &*base.node
            && let Some(family) = self.find_party_family(name).filter(|family| context.family == Some(*family))
        {
            self.used.push(name.clone());
            let own = Expr { node: Box::new(ExprNode::Name(field.node.clone())), span: field.span };
            return self.value(&own, &Context { family: Some(family), kind: None, ..context.clone() });
        }
        let party = self.value(base, context)?;
        let members = read_of(&party).and_then(|dim| self.field_behind(dim)).and_then(|field| field.members);
        let only = || self.families.iter().position(|family| family.of_parties).map(FamilyId::at);
        let Some(members) = members.or_else(only).filter(|_| party.kind == Kind::Party) else {
            let help = "a field is written `event.field`; only a party of a family has attributes of its own";
            return self.wrong(Code::C010, field.span, "only events have fields".to_owned(), help);
        };
        let attributes = self.families.get(members.index()).map(|family| family.attributes.clone()).unwrap_or_default();
        let Some(place) = attributes.iter().position(|known| known.name == field.node) else {
            let known: Vec<&str> = attributes.iter().map(|field| field.name.as_str()).collect();
            return self.unknown("attribute of the party", &field.node, field.span, &known);
        };
        let kind = attributes.get(place)?.kind.clone();
        let span = base.span.to(field.span);
        Some(value_of(Node::OfParty(party, members, AttributeId::at(place)), kind, span))
    }
}

fn number(count: usize) -> String {
    match count {
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        other => other.to_string(),
    }
}
