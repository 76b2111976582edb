//! The state of checking one file: what is declared, what was found wrong.

use rustc_hash::FxHashMap;

use crate::base::calendar::Calendar;
use crate::base::code::Code;
use crate::base::currency::Currency;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, ClauseId, DispositionId, FamilyId, KindId, ObligationId, PartyId, TermId};
use crate::base::source::Sources;
use crate::base::span::{SourceId, Span};
use crate::base::suggest::closest;
use crate::base::time::{Date, Zone};
use crate::base::vocabulary::{Frequency, SetOff};
use crate::base::window::WindowKind;
use crate::check::amended::Amended;
use crate::check::contract::{
    Clause, Conventions, Deposit, Disposition, EventKind, Family, Indexation, Obligation, Owes, Party, PrimitiveState,
    Right, Sentence, Series, Term,
};
use crate::check::depositors::Matched;
use crate::syntax::tree::{self, Define, File, Word};

/// A definition or decision on its way from text to what it means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Progress<Id = TermId> {
    /// Not looked at yet.
    Waiting,
    /// Being checked: meeting it again is a circle.
    Open,
    /// Checked; `None` where it is wrong and was reported.
    Done(Option<Id>),
}

/// What is known while a file is checked.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    pub(crate) sources: &'a Sources,
    /// The contract's own text.
    pub(crate) main: SourceId,
    pub(crate) file: &'a File,
    /// Names that libraries leave open and that stand for a party or an asset family.
    pub(crate) aliases: Vec<(String, Word)>,
    pub(crate) found: Vec<Diagnostic>,
    pub(crate) currency: Currency,
    pub(crate) zone: Zone,
    pub(crate) term: (Date, Date),
    pub(crate) settled: Frequency,
    pub(crate) set_off: Option<SetOff>,
    /// Where the rhythm is stated.
    pub(crate) settled_span: Option<Span>,
    pub(crate) conventions: Conventions,
    pub(crate) calendar: Option<Calendar>,
    /// Attributes of several families that make one group, each list in the order of the families.
    pub(crate) shared: Vec<Vec<(FamilyId, AttributeId)>>,
    /// Hours under a name.
    pub(crate) named_hours: Vec<(String, Calendar)>,
    pub(crate) parties: Vec<Party>,
    pub(crate) families: Vec<Family>,
    pub(crate) kinds: Vec<EventKind>,
    pub(crate) states: Vec<PrimitiveState>,
    pub(crate) terms: Vec<Term>,
    pub(crate) defines: FxHashMap<String, (&'a Define, Progress)>,
    pub(crate) obligations: Vec<Obligation>,
    /// Obligations by name, before they are checked: name, family word, place.
    pub(crate) declared_obligations: Vec<&'a tree::Obligation>,
    /// The version of a clause in which each of them stands.
    pub(crate) declared_in: Vec<Option<usize>>,
    /// What amendments make of the contract.
    pub(crate) amended: Amended,
    /// The version whose text is being checked.
    pub(crate) version: Option<usize>,
    /// Decisions in the order of the text, and how far each of them is checked.
    pub(crate) decides: Vec<(&'a tree::Decide, Progress<DispositionId>)>,
    pub(crate) dispositions: Vec<Disposition>,
    pub(crate) series: Vec<Series>,
    /// Indexations by name, before they are checked.
    pub(crate) declared_indexations: Vec<&'a tree::Indexation>,
    /// Indexations in the order of the declared ones; `None` where one is wrong and was reported.
    pub(crate) indexations: Vec<Option<Indexation>>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) sentences: Vec<Sentence>,
    pub(crate) owes: Vec<Owes>,
    pub(crate) rights: Vec<Right>,
    pub(crate) meetings: Vec<crate::check::contract::Meeting>,
    /// Clauses of sentences that say how they meet, of which something is still open or wrong.
    pub(crate) open_meetings: Vec<Vec<ClauseId>>,
    pub(crate) deposits: Vec<Deposit>,
    /// For each deposit, how it is matched and where that is said.
    pub(crate) matched_deposits: Vec<Option<Matched>>,
    /// Where a deposit is kept as a whole without saying so, the clause of the deposit, and the version that says it.
    pub(crate) kept_whole: Vec<(Span, String, Option<usize>)>,
    /// Where a clause is read as charged.
    pub(crate) as_charged: Vec<Span>,
    /// Questions that are asked once a contract.
    pub(crate) asked: Vec<Code>,
    /// Names that were used.
    pub(crate) used: Vec<String>,
}

impl Checker<'_> {
    /// Reports a finding.
    pub(crate) fn report(&mut self, finding: Diagnostic) {
        if !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }

    /// Reports an error with a help; gives `None`, the value of what is wrong.
    pub(crate) fn wrong<T>(&mut self, code: Code, span: Span, message: String, help: impl Into<String>) -> Option<T> {
        self.report(Diagnostic::new(code, span, message).help(help));
        None
    }

    /// Asks a question once a contract.
    pub(crate) fn ask_once(&mut self, question: Diagnostic) {
        if !self.asked.contains(&question.code) {
            self.asked.push(question.code);
            self.report(question);
        }
    }

    /// Reports a name that is not known, with the closest one that is.
    pub(crate) fn unknown<T>(&mut self, what: &str, name: &str, span: Span, known: &[&str]) -> Option<T> {
        let help = match closest(name, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if known.is_empty() => format!("there is no {what} to name at this place"),
            None => format!("known: {}", listed(known)),
        };
        self.wrong(Code::C010, span, format!("there is no {what} `{name}`"), help)
    }

    /// The words of the text at a place, white space folded.
    pub(crate) fn words(&self, span: Span) -> String {
        self.sources.text_of(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The party of a role or short name.
    pub(crate) fn party(&mut self, expr: &tree::Expr) -> Option<PartyId> {
        let tree::ExprNode::Name(name) = &*expr.node else {
            let help = "name a party by its role, such as `customer`";
            return self.wrong(Code::C020, expr.span, "a party is expected here".to_owned(), help);
        };
        if let Some(found) = self.find_party(name) {
            Some(found)
        } else {
            let parties = self.parties.clone();
            let known: Vec<&str> = parties.iter().map(|party| party.role.as_str()).collect();
            self.unknown("party", name, expr.span, &known)
        }
    }

    /// The party of a role or short name, if there is one.
    pub(crate) fn find_party(&self, name: &str) -> Option<PartyId> {
        let name = self.meant(name);
        let place = self.parties.iter().position(|party| party.role == name || party.name == name)?;
        Some(PartyId::at(place))
    }

    /// What a name stands for that a library leaves open for a party or an asset family; the name itself otherwise.
    pub(crate) fn meant<'n>(&'n self, name: &'n str) -> &'n str {
        self.aliases.iter().find(|(alias, _)| alias == name).map_or(name, |(_, meant)| meant.node.as_str())
    }

    /// A family by name, if there is one.
    pub(crate) fn find_family(&self, name: &str) -> Option<FamilyId> {
        let name = self.meant(name);
        self.families.iter().position(|family| family.name == name).map(FamilyId::at)
    }

    /// A family by name.
    pub(crate) fn family(&mut self, word: &Word) -> Option<FamilyId> {
        self.used.push(self.meant(&word.node).to_owned());
        if let Some(found) = self.find_family(&word.node) {
            return Some(found);
        }
        let families = self.families.clone();
        let known: Vec<&str> = families.iter().map(|family| family.name.as_str()).collect();
        self.unknown("asset family", &word.node, word.span, &known)
    }

    /// A kind of event by name.
    pub(crate) fn kind(&mut self, word: &Word) -> Option<KindId> {
        self.used.push(word.node.clone());
        if let Some(found) = self.find_kind(&word.node) {
            return Some(found);
        }
        let kinds = self.kinds.clone();
        let known: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
        self.unknown("event", &word.node, word.span, &known)
    }

    /// A kind of event by name, if there is one.
    pub(crate) fn find_kind(&self, name: &str) -> Option<KindId> {
        self.kinds.iter().position(|kind| kind.name == name).map(KindId::at)
    }

    /// An obligation by name, if there is one.
    pub(crate) fn find_obligation(&self, name: &str) -> Option<ObligationId> {
        let version = |place: usize| self.amended.obligations.get(&ObligationId::at(place)).copied();
        let checked = || self.obligations.iter().enumerate().filter(|(_, obligation)| obligation.name == name);
        let own = checked().find(|(place, _)| version(*place) == self.version).or_else(|| checked().next());
        let declared = || self.declared_obligations.iter().position(|obligation| obligation.name.node == name);
        own.map(|(place, _)| place).or_else(declared).map(ObligationId::at)
    }

    /// The family of an obligation, also of one in which something else is wrong.
    pub(crate) fn family_of_duty(&self, id: ObligationId) -> Option<FamilyId> {
        let word = &self.declared_obligations.get(id.index())?.family;
        self.families.iter().position(|family| family.name == word.node).map(FamilyId::at)
    }

    /// The family of a kind of event.
    pub(crate) fn family_of(&self, kind: KindId) -> Option<FamilyId> {
        self.kinds.get(kind.index()).and_then(|kind| kind.family)
    }

    /// The window kind of the settlement rhythm.
    pub(crate) fn rhythm(&self) -> WindowKind {
        match self.settled {
            Frequency::Monthly => WindowKind::Month,
            Frequency::Quarterly => WindowKind::Quarter,
            Frequency::Yearly => WindowKind::Year,
        }
    }
}

/// Names in backticks, at most twelve.
pub(crate) fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > 12 { " …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
