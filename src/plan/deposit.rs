//! Deposits: what is held, and what ends it.

use crate::base::ids::{AttributeId, ClauseId, DepositId, KindId, ObligationId, PartyId};
use crate::base::span::Span;
use crate::base::vocabulary::{LoneReturn, Matching, Outcome, SecondDeposit, Transfer};
use crate::check::contract::{self, Depositor, Opener, Who};
pub use crate::check::held_deposits::EndsBy;
use crate::plan::aggregates::dimensions;
use crate::plan::amended::Governs;
use crate::plan::builder::Builder;
use crate::plan::fold::Dimension;
use crate::plan::formula::Formula;
use crate::plan::lower::Place;

/// What is held as deposit under a clause.
#[derive(Clone, PartialEq, Debug)]
pub struct Deposit {
    /// Its id.
    pub id: DepositId,
    /// The clause under which it is paid.
    pub clause: ClauseId,
    /// Who pays it; none where the event or the asset names who does.
    pub depositor: Option<PartyId>,
    /// Who holds it.
    pub holder: PartyId,
    /// Which one comes back.
    pub matching: Matching,
    /// A deposit while one is held for the asset.
    pub second: SecondDeposit,
    /// A return for which none is known.
    pub lone: LoneReturn,
    /// What takes it.
    pub takings: Vec<Taking>,
    /// What ends it.
    pub releases: Vec<Releasing>,
}

/// When something happens to a deposit.
#[derive(Clone, PartialEq, Debug)]
pub struct Occasion {
    /// An event or the outcome of an obligation.
    pub on: On,
    /// Which ones.
    pub filter: Option<Formula>,
    /// The text of an amended clause that must be in force then, or when the obligation was opened.
    pub text: Option<Governs>,
}

/// An event or an outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum On {
    /// Each event of this kind.
    Event(KindId),
    /// Each obligation that comes to stand so.
    Outcome(ObligationId, Outcome),
}

/// What takes a deposit.
#[derive(Clone, PartialEq, Debug)]
pub struct Taking {
    /// When.
    pub occasion: Occasion,
    /// The deposit of one unit; `Read::Units` is 1.
    pub amount: Formula,
    /// What names who pays it, where the contract does not.
    pub payer: Option<Dimension>,
    /// The attribute with which it goes over to another member; none where it stays with who paid it.
    pub carried: Option<AttributeId>,
}

/// What ends a deposit.
#[derive(Clone, PartialEq, Debug)]
pub struct Releasing {
    /// Where it stands.
    pub span: Span,
    /// Its clause.
    pub clause: ClauseId,
    /// When.
    pub occasion: Occasion,
    /// The share that is paid back, where the rest stays held; otherwise all of it ends.
    pub share: Option<Formula>,
    /// What names the member among whose deposits it looks; none where it looks among those of all.
    pub of: Option<Dimension>,
    /// The text of an amended clause in which it stands, where it ends deposits on events.
    pub text: Option<TextOfRelease>,
}

/// The text of an amended clause that ends deposits, and which of them.
#[derive(Clone, PartialEq, Debug)]
pub struct TextOfRelease {
    /// When the text governs.
    pub governs: Governs,
    /// Which text decides.
    pub by: EndsBy,
}

impl Deposit {
    /// Whether events of a kind take it or end it.
    pub(crate) fn is_bounded_by(&self, kind: KindId) -> bool {
        let taken = self.takings.iter().map(|taking| taking.occasion.on);
        let mut all = taken.chain(self.releases.iter().map(|release| release.occasion.on));
        all.any(|on| on == On::Event(kind))
    }

    /// The obligations on whose outcomes something happens to it.
    pub(crate) fn obligations(&self) -> impl Iterator<Item = ObligationId> {
        let taken = self.takings.iter().map(|taking| taking.occasion.on);
        let released = self.releases.iter().map(|release| release.occasion.on);
        taken.chain(released).filter_map(|on| match on {
            On::Outcome(obligation, _) => Some(obligation),
            On::Event(_) => None,
        })
    }
}

impl Builder<'_> {
    /// The plans of all deposits.
    pub(crate) fn deposits(&mut self) -> Vec<Deposit> {
        let contract = self.contract;
        let plan = |(place, deposit): (usize, &contract::Deposit)| Deposit {
            id: DepositId::at(place),
            clause: deposit.clause,
            depositor: match deposit.depositor {
                Depositor::Party(party) => Some(party),
                Depositor::Named(_) => None,
            },
            holder: deposit.holder,
            matching: deposit.matching,
            second: deposit.second,
            lone: deposit.lone,
            takings: deposit
                .taken_by
                .iter()
                .filter_map(|id| contract.sentences.get(id.index()))
                .filter_map(|sentence| self.taking(sentence, deposit.transfer))
                .collect(),
            releases: (0..deposit.releases.len()).filter_map(|release| self.releasing(place, release)).collect(),
        };
        contract.deposits.iter().enumerate().map(plan).collect()
    }

    fn taking(&mut self, sentence: &contract::Sentence, transfer: Transfer) -> Option<Taking> {
        let payer = match sentence.payer {
            Who::Party(_) => None,
            Who::Group(dim) => dimensions(&[dim]).into_iter().next(),
        };
        let carried = crate::check::depositors::carried_by(&self.contract.kinds, sentence);
        let governs = self.amended.sentences.get(&sentence.id).cloned();
        Some(Taking {
            occasion: self.occasion(&sentence.opener, governs)?,
            amount: self.price_in_walk(sentence),
            payer,
            carried: carried.filter(|_| transfer == Transfer::GoesOver),
        })
    }

    fn releasing(&mut self, deposit: usize, place: usize) -> Option<Releasing> {
        let contract = self.contract;
        let release = contract.deposits.get(deposit)?.releases.get(place)?;
        let of_release = |sentence: &&contract::Sentence| {
            sentence.gives_back.is_some_and(|back| (back.deposit, back.release) == (deposit, place))
        };
        let sentence = contract.sentences.iter().find(of_release)?;
        let governs = self.amended.sentences.get(&sentence.id).cloned();
        let (text, of_occasion) = match (release.by, governs) {
            (Some(by), Some(governs)) => (Some(TextOfRelease { governs, by }), None),
            (_, governs) => (None, governs),
        };
        Some(Releasing {
            span: release.span,
            clause: sentence.clause,
            text,
            occasion: self.occasion(&release.opener, of_occasion)?,
            share: release.share.as_ref().map(|share| self.formula(share, &Place::in_walk())),
            of: release.of.and_then(|of| dimensions(&[of]).into_iter().next()),
        })
    }

    fn occasion(&mut self, opener: &Opener, text: Option<Governs>) -> Option<Occasion> {
        match opener {
            Opener::On(kind, filter) => Some(Occasion {
                on: On::Event(*kind),
                filter: filter.as_ref().map(|filter| self.formula(filter, &Place::in_walk())),
                text,
            }),
            Opener::Outcome(obligation, outcome) => {
                Some(Occasion { on: On::Outcome(*obligation, *outcome), filter: None, text })
            }
            Opener::Always | Opener::When(_) | Opener::Each(_) => None,
        }
    }
}
