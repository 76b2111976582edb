//! The frame of a contract, and the order in which its parts are checked.

use rustc_hash::FxHashMap;

use crate::base::code::Code;
use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::span::{SourceId, Span};
use crate::base::suggest::closest;
use crate::base::time::{Date, Zone};
use crate::base::vocabulary::{Frequency, SetOff};
use crate::check::amended::Amended;
use crate::check::checker::{Checker, Progress};
use crate::check::contract::{Contract, Conventions, Party};
use crate::check::documents::{Documents, together};
use crate::syntax::tree::{self, Define, File, Heading, Item};

/// What the frame says, each part once.
#[derive(Default)]
struct Frame<'a> {
    heading: Option<&'a Heading>,
    parties: Option<&'a tree::Parties>,
    term: Option<&'a tree::Term>,
    currency: Option<Currency>,
    zone: Option<Zone>,
    settled: Option<&'a tree::Settled>,
}

/// Checks what the documents of a contract say together.
pub(super) fn checked(documents: &Documents<'_>) -> (Option<Contract>, Vec<Diagnostic>) {
    let source = documents.main;
    let together = together(documents);
    let file = &together.file;
    let mut found = together.found;
    // A text with open ends is closed first: a check of it would find what is not there.
    if found.iter().any(|finding| matches!(finding.code, Code::C161 | Code::C164)) {
        return (None, found);
    }
    let start = Span::new(source, 0, 0);
    let frame = frame(file, start, &mut found);
    let mut checker = Checker {
        sources: documents.sources,
        main: source,
        file,
        aliases: together.aliases,
        found,
        currency: frame.currency.unwrap_or(Currency::NONE),
        zone: frame.zone.unwrap_or(Zone::UTC),
        term: frame.term.map_or((Date(0), Date(0)), |term| (term.from.node, term.to.node)),
        settled: frame.settled.map_or(Frequency::Monthly, |settled| settled.every.node),
        set_off: frame.settled.and_then(|settled| settled.set_off.as_ref()).map(|set_off| set_off.node),
        settled_span: frame.settled.map(|settled| settled.span),
        conventions: Conventions::default(),
        calendar: None,
        named_hours: Vec::new(),
        shared: Vec::new(),
        parties: Vec::new(),
        families: Vec::new(),
        kinds: Vec::new(),
        states: Vec::new(),
        terms: Vec::new(),
        defines: FxHashMap::default(),
        obligations: Vec::new(),
        declared_obligations: Vec::new(),
        declared_in: Vec::new(),
        amended: Amended::default(),
        version: None,
        decides: Vec::new(),
        dispositions: Vec::new(),
        series: Vec::new(),
        declared_indexations: Vec::new(),
        indexations: Vec::new(),
        clauses: Vec::new(),
        sentences: Vec::new(),
        owes: Vec::new(),
        rights: Vec::new(),
        meetings: Vec::new(),
        open_meetings: Vec::new(),
        deposits: Vec::new(),
        matched_deposits: Vec::new(),
        kept_whole: Vec::new(),
        as_charged: Vec::new(),
        asked: Vec::new(),
        used: Vec::new(),
    };
    if !checker.begin(&frame) {
        return (None, checker.found);
    }
    checker.declare();
    checker.obligations();
    checker.definitions();
    checker.check_filled(&together.filled);
    checker.decisions();
    checker.clauses();
    checker.together();
    checker.in_the_end();
    let found = std::mem::take(&mut checker.found);
    let contract = frame.heading.and_then(|heading| contract(source, heading, frame.settled, checker));
    (contract, found)
}

fn contract(
    source: SourceId,
    heading: &Heading,
    settled: Option<&tree::Settled>,
    checker: Checker<'_>,
) -> Option<Contract> {
    let payable = settled?.payable_within.as_ref().and_then(|days| days.node.to_i64());
    let scenarios = checker
        .file
        .items
        .iter()
        .filter_map(|item| if let Item::Scenario(scenario) = item { Some(scenario.clone()) } else { None });
    Some(Contract {
        source,
        id: heading.id.node.clone(),
        title: heading.title.node.clone(),
        scenarios: scenarios.collect(),
        parties: checker.parties,
        term: checker.term,
        currency: checker.currency,
        zone: checker.zone,
        settled: checker.settled,
        set_off: checker.set_off.unwrap_or(SetOff::Netted),
        payable_within: payable,
        conventions: checker.conventions,
        calendar: checker.calendar,
        named_hours: checker.named_hours,
        shared: checker.shared,
        families: checker.families,
        kinds: checker.kinds,
        states: checker.states,
        terms: checker.terms,
        obligations: checker.obligations,
        amended: checker.amended,
        dispositions: checker.dispositions,
        series: checker.series,
        indexations: checker.indexations.into_iter().collect::<Option<Vec<_>>>()?,
        clauses: checker.clauses,
        sentences: checker.sentences,
        owes: checker.owes,
        rights: checker.rights,
        meetings: checker.meetings,
        deposits: checker.deposits,
    })
}

fn frame<'a>(file: &'a File, start: Span, found: &mut Vec<Diagnostic>) -> Frame<'a> {
    let mut frame = Frame::default();
    for item in &file.items {
        match item {
            Item::Contract(heading) => once(&mut frame.heading, heading, "contract", heading.id.span, found),
            Item::Parties(parties) => {
                let span = parties.named.first().map_or(start, |party| party.role.span);
                once(&mut frame.parties, parties, "parties", span, found);
            }
            Item::Term(term) => once(&mut frame.term, term, "term", term.from.span, found),
            Item::Currency(word) => {
                let currency = Currency::parse(&word.node).unwrap_or(Currency::NONE);
                once(&mut frame.currency, currency, "currency", word.span, found);
            }
            Item::Timezone(word) => {
                if let Some(zone) = Zone::parse(&word.node) {
                    once(&mut frame.zone, zone, "timezone", word.span, found);
                } else {
                    found.push(unknown_zone(&word.node, word.span));
                    frame.zone = Some(Zone::UTC);
                }
            }
            Item::Settled(settled) => once(&mut frame.settled, settled, "settled", settled.span, found),
            Item::Library(_)
            | Item::Use(_)
            | Item::Given(_)
            | Item::Precedence(_)
            | Item::Amendment(_)
            | Item::Conventions(_)
            | Item::Asset(_)
            | Item::Event(_)
            | Item::Define(_)
            | Item::Decide(_)
            | Item::Series(_)
            | Item::Indexation(_)
            | Item::Clause(_)
            | Item::Scenario(_) => {}
        }
    }
    let parts = [
        (frame.heading.is_some(), "contract", "contract AV-2026-014 \"Availability of pumps\""),
        (
            frame.parties.is_some(),
            "parties",
            "parties { provider medloop \"MedLoop SAS\"  customer chu \"CHU de Nantes\" }",
        ),
        (frame.term.is_some(), "term", "term 2026-01-01 to 2028-12-31"),
        (frame.currency.is_some(), "currency", "currency EUR"),
        (frame.zone.is_some(), "timezone", "timezone Europe/Paris"),
        (frame.settled.is_some(), "settled", "settled monthly, payable within 30 days"),
    ];
    for (there, name, example) in parts {
        if !there {
            found.push(
                Diagnostic::new(Code::C012, start, format!("the contract does not say its `{name}`"))
                    .help(format!("add a line such as `{example}`")),
            );
        }
    }
    frame
}

fn once<T>(slot: &mut Option<T>, value: T, name: &str, span: Span, found: &mut Vec<Diagnostic>) {
    if slot.is_some() {
        let twice = Diagnostic::new(Code::C012, span, format!("`{name}` is given a second time"));
        found.push(twice.help("keep one of them"));
    } else {
        *slot = Some(value);
    }
}

fn unknown_zone(name: &str, span: Span) -> Diagnostic {
    let meant = closest(name, Zone::names());
    let help = meant.map_or_else(
        || "use a name of the IANA time zone list, such as `Europe/Paris`".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    );
    Diagnostic::new(Code::C010, span, format!("there is no time zone `{name}`")).help(help)
}

impl<'a> Checker<'a> {
    /// The frame and the vocabulary; whether every name that stands for another one stands for something.
    fn begin(&mut self, frame: &Frame<'_>) -> bool {
        self.parties(frame.parties);
        self.check_term(frame.term);
        self.conventions();
        self.vocabulary();
        self.check_aliases()
    }

    /// What is told when all the rest is checked.
    fn in_the_end(&mut self) {
        self.check_scenarios();
        self.ask_about_unplaced_time();
        // What looks odd is told when nothing is wrong: a mistyped name leaves another one unused.
        if self.found.iter().all(|finding| finding.severity() == Severity::Warning) {
            self.warnings();
        }
    }

    /// What only all sentences together show.
    fn together(&mut self) {
        self.deposits();
        self.ask_about_decay();
        self.ask_about_lots();
        self.ask_what_is_indexed();
        self.govern();
        self.check_counted_duties();
        self.penalties_meet();
        self.check_shares();
        self.ask_about_deposit_ends();
        self.ask_about_conflicts();
        self.ask_about_late_events();
        self.order_owes();
        self.ask_about_credits();
        self.check_circles();
        self.check_owes();
        self.ask_about_corrected_amounts();
        self.ask_about_charges();
        self.ask_about_money();
        self.records();
    }

    fn parties(&mut self, parties: Option<&tree::Parties>) {
        let Some(parties) = parties else { return };
        for party in &parties.named {
            let taken = self.parties.iter().any(|known| known.role == party.role.node || known.name == party.name.node);
            if taken {
                let message = format!("the party `{} {}` is given twice", party.role.node, party.name.node);
                self.wrong::<()>(Code::C011, party.role.span, message, "give each party its own role and name");
                continue;
            }
            self.parties.push(Party {
                role: party.role.node.clone(),
                name: party.name.node.clone(),
                title: party.title.as_ref().map_or_else(|| party.name.node.clone(), |title| title.node.clone()),
                facts: party.facts.iter().map(|(name, value)| (name.node.clone(), value.node.clone())).collect(),
                span: party.role.span,
            });
        }
        for family in &parties.families {
            self.party_family(family);
        }
        if let ([only], []) = (parties.named.as_slice(), parties.families.as_slice()) {
            self.wrong::<()>(
                Code::C012,
                only.role.span,
                "a contract has at least two parties".to_owned(),
                "add the other party",
            );
        }
    }

    fn check_term(&mut self, term: Option<&tree::Term>) {
        let Some(term) = term else { return };
        if term.to.node < term.from.node {
            let message = format!("the term ends on {} before it begins on {}", term.to.node, term.from.node);
            self.wrong::<()>(Code::C025, term.to.span, message, "the first day comes first; both days are included");
        }
        let years = term.to.node.year().saturating_sub(term.from.node.year());
        if years > 100 {
            let message = format!("a term of {years} years is too long");
            self.wrong::<()>(Code::C025, term.to.span, message, "a term is at most 100 years long");
        }
    }

    /// Takes the names of definitions, obligations and clauses in before any of them is checked, so that
    /// they may refer to each other in any order.
    fn declare(&mut self) {
        let file = self.file;
        for item in &file.items {
            match item {
                Item::Define(define) => self.declare_define(define),
                Item::Decide(decide) => self.decides.push((decide, Progress::Waiting)),
                Item::Clause(clause) => self.declare_clause(clause),
                Item::Library(_)
                | Item::Use(_)
                | Item::Given(_)
                | Item::Precedence(_)
                | Item::Amendment(_)
                | Item::Contract(_)
                | Item::Parties(_)
                | Item::Term(_)
                | Item::Currency(_)
                | Item::Timezone(_)
                | Item::Settled(_)
                | Item::Conventions(_)
                | Item::Asset(_)
                | Item::Event(_)
                | Item::Series(_)
                | Item::Indexation(_)
                | Item::Scenario(_) => {}
            }
        }
        self.declare_indices();
        self.declare_amendments();
        for clause in self.all_clauses() {
            let version = self.version_at(clause);
            for sentence in &clause.sentences {
                if let tree::Sentence::Obligation(obligation) = sentence {
                    self.declare_obligation(obligation, version);
                }
            }
        }
    }

    fn declare_define(&mut self, define: &'a Define) {
        let name = &define.name.node;
        if let Some((first, _)) = self.defines.get(name) {
            let twice = Diagnostic::new(Code::C011, define.name.span, format!("`{name}` is defined twice"));
            let first = first.name.span;
            self.report(twice.and_at(first, "first here").help("give one of them another name"));
            return;
        }
        let open = matches!(define.body, tree::DefineBody::Open(_));
        if (self.find_kind(name).is_some() && !open) || self.families.iter().any(|family| family.name == *name) {
            let message = format!("`{name}` is already the name of an asset family or event");
            self.wrong::<()>(Code::C011, define.name.span, message, "give the definition another name");
            return;
        }
        self.defines.insert(name.clone(), (define, Progress::Waiting));
    }

    /// Two versions of one clause may state an obligation of one name.
    fn declare_obligation(&mut self, obligation: &'a tree::Obligation, version: Option<usize>) {
        let name = &obligation.name;
        let clause = |version: Option<usize>| self.amended.versions.get(version?).map(|version| version.clause);
        let known = self.declared_obligations.iter().zip(&self.declared_in);
        let mut same = known.filter(|(known, _)| known.name.node == name.node);
        let twice = same.any(|(_, other)| *other == version || clause(*other) != clause(version));
        if twice {
            let message = format!("the obligation `{}` is stated twice", name.node);
            self.wrong::<()>(Code::C011, name.span, message, "give one of them another name");
        }
        self.declared_obligations.push(obligation);
        self.declared_in.push(version);
    }
}
