//! Who pays deposits: a party that the contract names, or each member of a family of parties its own; whose deposits a
//! return ends; and whose a deposit is when the asset goes on to another member.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, FamilyId, KindId, PartyId};
use crate::base::span::{Span, Spanned};
use crate::base::value::Kind;
use crate::base::vocabulary::{Matching, Transfer};
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, EventKind, Field, Opener, Sentence, Who};
use crate::check::deposits::{Deposit, Ending, Release};
use crate::check::parties::AtHand;
use crate::syntax::tree::{self, Expr, ExprNode, Payment, Pool, Word};

/// Who pays the deposits of a clause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depositor {
    /// One party that the contract names.
    Party(PartyId),
    /// The party that the event or the asset names; of this family, where the text says so.
    Named(Option<FamilyId>),
}

/// Which deposit a sentence ends, and among whose.
#[derive(Clone, Debug)]
pub(crate) struct Matched {
    /// Which one.
    pub(super) how: Spanned<Matching>,
    /// Among whose.
    pub(super) pool: Option<Spanned<Pool>>,
}

impl Checker<'_> {
    /// Who pays the deposit of a clause, and who holds it.
    pub(super) fn parties_of_deposit(&mut self, number: &Word) -> Option<(Depositor, PartyId)> {
        let Some(first) = self.deposit_payments(&number.node).first().copied() else {
            let message = format!("clause {} takes no deposit", number.node);
            let help =
                "a deposit is taken by a payment such as `on delivered, customer pays 25.00 EUR per crate as deposit`";
            return self.wrong(Code::C125, number.span, message, help);
        };
        let depositor = match self.named_party(&first.payer, first.opener.as_ref()) {
            Some(family) => Depositor::Named(family),
            None => Depositor::Party(self.party(&first.payer)?),
        };
        let holder = match &first.payee {
            Some(payee) if self.named_party(payee, first.opener.as_ref()).is_some() => {
                let message = "a deposit that comes back is held by a party that the contract names".to_owned();
                let help =
                    "let such a party hold it, or charge it by payments of their own, such as `as fee` and `as bonus`";
                return self.wrong(Code::C125, payee.span, message, help);
            }
            Some(payee) => self.party(payee)?,
            None => {
                let payer = match depositor {
                    Depositor::Party(party) => Who::Party(party),
                    Depositor::Named(_) => Who::Group(Dimension::Depositor(self.deposits.len())),
                };
                match self.other_side(payer, first.payer.span)? {
                    Who::Party(party) => party,
                    Who::Group(_) => return None,
                }
            }
        };
        Some((depositor, holder))
    }

    /// Whether the event or the asset names a party, and of which family.
    fn named_party(&self, party: &Expr, opener: Option<&tree::Opener>) -> Option<Option<FamilyId>> {
        let kind = match opener {
            Some(tree::Opener::On(event)) => self.find_kind(&event.name.node),
            Some(tree::Opener::When(_) | tree::Opener::Each(_)) | None => None,
        };
        let fields_of = |kind: KindId| self.kinds.get(kind.index()).map_or(&[][..], |kind| &kind.fields);
        let found = if let ExprNode::Name(name) = &*party.node {
            if self.find_party(name).is_some() {
                return None;
            }
            if let Some(family) = self.find_party_family(name) {
                return Some(Some(family));
            }
            let attributes = self.families.iter().flat_map(|family| &family.attributes);
            kind.map_or(&[][..], fields_of).iter().chain(attributes).find(|field| is_party_named(field, name))
        } else if let ExprNode::Member(base, field) = &*party.node {
            let kind = if let ExprNode::Name(event) = &*base.node { self.find_kind(event) } else { None };
            kind.map_or(&[][..], fields_of).iter().find(|known| is_party_named(known, &field.node))
        } else {
            None
        };
        found.map(|field| field.members)
    }

    /// Who gives a deposit back is who holds it, and it goes to the one whose it is.
    pub(super) fn sides_of_return(
        &mut self,
        payment: &Payment,
        number: &Word,
        (depositor, holder): (Depositor, PartyId),
    ) -> Option<()> {
        let payer = self.party(&payment.payer)?;
        if payer != holder {
            let name = self.parties.get(holder.index()).map(|party| party.role.clone()).unwrap_or_default();
            let message = format!("the deposit of clause {} is held by {name}", number.node);
            let help = format!("let {name} give it back or keep it");
            return self.wrong(Code::C125, payment.payer.span, message, help);
        }
        let Some(to) = &payment.payee else { return Some(()) };
        match depositor {
            Depositor::Party(depositor) if self.party(to)? != depositor => {
                let message = format!("the deposit of clause {} was paid by another party", number.node);
                self.wrong(Code::C125, to.span, message, "pay it back to the party that paid it")
            }
            Depositor::Party(_) => Some(()),
            Depositor::Named(_) if matches!(&*to.node, ExprNode::Name(name) if self.find_party_family(name).is_some()) => {
                Some(())
            }
            Depositor::Named(_) => {
                let message = "a deposit goes back to the member whose it is, whoever the event names".to_owned();
                let help = "leave `to …` out; `a deposit on a transfer goes over to the new holder` in the conventions changes whose it is";
                self.wrong(Code::C125, to.span, message, help)
            }
        }
    }

    /// The one whose deposit it is, as a party of a line.
    pub(super) fn side_of_depositor(&self, place: usize) -> Who {
        match self.deposits.get(place).map(|deposit| deposit.depositor) {
            Some(Depositor::Party(party)) => Who::Party(party),
            Some(Depositor::Named(_)) | None => Who::Group(Dimension::Depositor(place)),
        }
    }

    /// Whether a sentence takes a deposit from the one who pays it.
    pub(super) fn is_paid_by(sentence: &Sentence, depositor: Depositor) -> bool {
        match (sentence.payer, depositor) {
            (Who::Party(payer), Depositor::Party(depositor)) => payer == depositor,
            (Who::Group(_), Depositor::Named(_)) => true,
            (Who::Party(_), Depositor::Named(_)) | (Who::Group(_), Depositor::Party(_)) => false,
        }
    }

    /// All sentences that end one deposit say the same about which one it is.
    pub(super) fn match_deposit(&mut self, ending: &Ending, payment: &Payment, number: &Word) {
        let Some(how) = payment.matching.clone() else { return };
        let Some(known) = self.matched_deposits.get(ending.place).cloned() else { return };
        match known {
            Some(before) if how.node != before.how.node => {
                let message = format!(
                    "deposits of clause {} come back {}, and here {}",
                    number.node,
                    before.how.node.words(),
                    how.node.words()
                );
                let finding = Diagnostic::new(Code::C125, how.span, message).and_at(before.how.span, "said here");
                self.report(finding.help("all sentences that end one deposit choose it in the same way"));
            }
            Some(before) => {
                if let (Some(said), None, Some(known)) =
                    (&payment.pool, &before.pool, self.matched_deposits.get_mut(ending.place))
                {
                    *known = Some(Matched { pool: Some(said.clone()), ..before });
                }
            }
            None => {
                if let Some(deposit) = self.deposits.get_mut(ending.place) {
                    deposit.matching = how.node;
                }
                if let Some(known) = self.matched_deposits.get_mut(ending.place) {
                    *known = Some(Matched { how, pool: payment.pool.clone() });
                }
            }
        }
    }

    /// Among whose deposits of a clause one comes back, where a sentence says so.
    pub(super) fn pool_of_deposit(&self, number: &Word) -> Option<Spanned<Pool>> {
        let clause = self.clauses.iter().find(|clause| clause.number == number.node)?;
        let place = self.deposits.iter().position(|deposit| deposit.clause == clause.id)?;
        self.matched_deposits.get(place)?.as_ref()?.pool.clone()
    }

    /// Checks whose deposits come back and whose they are after a transfer, when every sentence is known.
    pub(super) fn depositors(&mut self, place: usize, deposit: &Deposit, taken: &[Sentence]) {
        for sentence in taken.iter().filter(|sentence| sentence.payee != Who::Party(deposit.holder)) {
            let message =
                "this deposit comes back, but another party holds it than the one that gives it back".to_owned();
            self.wrong::<()>(Code::C125, sentence.span, message, "let one party hold all deposits of a clause");
        }
        let Some(matched) = self.matched_deposits.get(place).cloned().flatten() else { return };
        match (deposit.depositor, matched.how.node) {
            (Depositor::Party(_), _) => {
                if let Some(pool) = &matched.pool {
                    let message = "the deposits of this clause are all paid by one party".to_owned();
                    self.wrong::<()>(Code::C024, pool.span, message, "remove what stands behind `first`");
                }
            }
            (Depositor::Named(_), Matching::Serial) => self.ask_about_transfers(deposit, taken),
            (Depositor::Named(family), Matching::OldestFirst | Matching::LatestFirst) => {
                self.ask_about_transfers(deposit, taken);
                if let Some(pool) = &matched.pool {
                    self.pools_of_returns(place, deposit, (family, pool));
                    return;
                }
                let mut releases = deposit.releases.iter();
                let release = releases.find(|release| release.span.holds(matched.how.span));
                let taken = self.nearest(release.and_then(|release| release.version), taken);
                self.ask_about_pools(family, &matched, taken);
            }
        }
    }

    /// For each sentence that ends pooled deposits: what names the member whose they are.
    fn pools_of_returns(
        &mut self,
        place: usize,
        deposit: &Deposit,
        (family, pool): (Option<FamilyId>, &Spanned<Pool>),
    ) {
        let each = matches!(pool.node, Pool::Each(_));
        for (at, release) in deposit.releases.iter().enumerate() {
            let said = release.pool.as_ref();
            if said.is_some_and(|said| matches!(said.node, Pool::Each(_)) != each) {
                let message =
                    "one sentence looks among the deposits of all, and another one among those of each".to_owned();
                let finding = Diagnostic::new(Code::C125, release.span, message).and_at(pool.span, "said here");
                self.report(finding.help("all sentences that end one deposit choose it in the same way"));
                continue;
            }
            if !each {
                continue;
            }
            let member = match said.map(|said| &said.node) {
                Some(Pool::Each(member)) => member.clone(),
                Some(Pool::All) | None => {
                    let name = family.and_then(|family| self.families.get(family.index()));
                    let name = name.map(|family| family.name.clone()).unwrap_or_default();
                    Expr { node: Box::new(ExprNode::Name(name)), span: release.span }
                }
            };
            let of = self.member_of_return(&member, release);
            if let Some(known) = self.deposits.get_mut(place).and_then(|deposit| deposit.releases.get_mut(at)) {
                known.of = of;
            }
        }
    }

    fn member_of_return(&mut self, member: &Expr, release: &Release) -> Option<Dimension> {
        let kind = if let Opener::On(kind, _) = &release.opener { Some(*kind) } else { None };
        let family = self.family_of_opener(&release.opener);
        let duty = if let Opener::Outcome(duty, _) = &release.opener { Some(*duty) } else { None };
        match self.who(member, None, AtHand { kind, family, dims: &[], duty })? {
            Who::Group(dim) => Some(dim),
            Who::Party(_) => {
                let help = "name the family, or the field or attribute that names its member";
                let message = "deposits of members are looked for by member".to_owned();
                self.wrong(Code::C125, member.span, message, help)
            }
        }
    }

    fn ask_about_pools(&mut self, family: Option<FamilyId>, matched: &Matched, taken: Option<&Sentence>) {
        let name = family.and_then(|family| self.families.get(family.index()));
        let name = name.map_or_else(|| "party".to_owned(), |family| family.name.clone());
        let words = matched.how.node.words();
        let worked = self.worked_at(taken.map_or(matched.how.span, |taken| taken.span));
        let one = worked.units(1);
        self.report(
            Diagnostic::new(
                Code::C158,
                matched.how.span,
                format!("it is not said among whose deposits one comes back `{words}`"),
            )
            .label(format!(
                "a {name} brings something back; the deposit of {one} that was paid first may be that of another {name}"
            ))
            .answer(
                format!("{words} per {name}"),
                format!("one that the {name} paid who brings it back: {one} to this {name}; without one, nothing"),
            )
            .answer(
                format!("{words} of all"),
                format!("one of all that are held: {one} to the {name} who paid it, whoever brings it back"),
            )
            .help("write one of them before `as`"),
        );
    }

    /// Asks whose a deposit is after a transfer, where an event that does not end it names another holder.
    fn ask_about_transfers(&mut self, deposit: &Deposit, taken: &[Sentence]) {
        if self.conventions.transfer.is_some() {
            return;
        }
        let Some((passes, sentence)) = taken.iter().find_map(|sentence| {
            let carried = (self.family_of_opener(&sentence.opener)?, carried_by(&self.kinds, sentence)?);
            Some((self.event_that_passes_on(carried, deposit, taken)?, sentence))
        }) else {
            return;
        };
        let (name, there) = passes;
        let worked = self.worked_at(sentence.span);
        let one = worked.units(1);
        self.ask_once(
            Diagnostic::new(
                Code::C157,
                sentence.span,
                format!("it is not said whose a deposit is after `{name}`, which names another holder"),
            )
            .and_at(there, "declared here")
            .label(format!("A pays {one}; B has it from `{name}` on and brings it back"))
            .answer("a deposit on a transfer stays with who paid it", format!("A gets {one} back"))
            .answer(
                "a deposit on a transfer goes over to the new holder",
                format!("B gets {one} back; what A gets of B for it is not settled here"),
            )
            .help(format!(
                "answer it in `conventions`, or let the transfer end it and take a new one: `on {name}, … pays 100% of clause … as deposit` and `on {name}, … pays … as deposit`"
            )),
        );
    }

    /// An event that names another holder while a deposit is held: it neither takes it nor always ends it.
    fn event_that_passes_on(
        &self,
        (family, attribute): (FamilyId, AttributeId),
        deposit: &Deposit,
        taken: &[Sentence],
    ) -> Option<(String, Span)> {
        let ends = |kind: KindId| {
            deposit.releases.iter().any(|release| matches!(&release.opener, Opener::On(own, None) if *own == kind))
        };
        let takes = |kind: KindId| {
            taken.iter().any(|sentence| matches!(&sentence.opener, Opener::On(own, None) if *own == kind))
        };
        let mut kinds = self.kinds.iter().enumerate().map(|(place, kind)| (KindId::at(place), kind));
        let (_, kind) = kinds.find(|(id, kind)| {
            kind.family == Some(family)
                && kind.sets.iter().any(|(_, set)| *set == attribute)
                && !takes(*id)
                && !ends(*id)
        })?;
        Some((kind.name.clone(), kind.span))
    }

    /// Whether a deposit goes over with the asset.
    pub(super) fn goes_over(&self) -> Transfer {
        self.conventions.transfer.unwrap_or(Transfer::Stays)
    }
}

fn is_party_named(field: &Field, name: &str) -> bool {
    field.name == name && field.kind == Kind::Party
}

/// The attribute that names whose a deposit is, and that can change while it is held.
pub(crate) fn carried_by(kinds: &[EventKind], sentence: &Sentence) -> Option<AttributeId> {
    match sentence.payer {
        Who::Group(Dimension::Attribute(_, attribute)) => Some(attribute),
        Who::Group(Dimension::Field(kind, field)) => {
            let mut sets = kinds.get(kind.index())?.sets.iter();
            sets.find(|(own, _)| *own == field).map(|(_, attribute)| *attribute)
        }
        Who::Group(
            Dimension::Asset(_)
            | Dimension::Event(_)
            | Dimension::Decided(..)
            | Dimension::Depositor(_)
            | Dimension::Bearer(_),
        )
        | Who::Party(_) => None,
    }
}
