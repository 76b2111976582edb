//! What of the time before the periods asked for is observed and computed: only what something asked for reads.
//!
//! The steps of the computation are gone through backwards, each after those that read what it charges. So it is known
//! since when a step is read when its own turn comes to say since when it reads clauses, measures and folds.

use rustc_hash::FxHashMap;

use crate::base::ids::{ClauseId, FoldId, MeasureId, SentenceId};
use crate::base::time::Date;
use crate::base::window::WindowKind;
use crate::plan::references::leaves;
use crate::plan::{
    Amount, Carry, FirstWindow, Formula, Holds, OwedBase, Owes, Plan, Quantity, Read, Sentence, Step, Trigger,
};

/// How far back a settlement reads, as the first window that is read; `None` where all of them are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lookback {
    folds: Vec<Option<i64>>,
    sentences: Vec<Option<i64>>,
    owes: Vec<Option<i64>>,
    /// The clauses of which something reads what they charge.
    clauses: Vec<ClauseId>,
}

impl Lookback {
    /// The first window of a fold.
    #[must_use]
    pub fn of_fold(&self, fold: FoldId) -> Option<i64> {
        self.folds.get(fold.index()).copied().flatten()
    }

    /// The first window of a sentence.
    #[must_use]
    pub fn of_sentence(&self, sentence: SentenceId) -> Option<i64> {
        self.sentences.get(sentence.index()).copied().flatten()
    }

    /// The first window of the cap, minimum or exemption at a place.
    #[must_use]
    pub fn of_owes(&self, place: usize) -> Option<i64> {
        self.owes.get(place).copied().flatten()
    }

    /// Whether something reads what a clause charges.
    #[must_use]
    pub fn reads(&self, clause: ClauseId) -> bool {
        self.clauses.contains(&clause)
    }
}

impl Plan {
    /// How far back a settlement of the periods asked for reads.
    #[must_use]
    pub fn lookback(&self) -> Lookback {
        let mut marks = Marks::new(self);
        for right in &self.rights {
            if let Holds::When(condition) = &right.holds {
                let reader = marks.reader(right.window, marks.asked, condition.reach);
                condition.folds.iter().for_each(|fold| marks.fold(*fold, reader));
                marks.formula(&condition.formula, reader);
            }
        }
        let (mut sentences, mut owes) = (vec![None; self.sentences.len()], vec![None; self.owes.len()]);
        for step in self.steps.iter().rev() {
            match step {
                Step::Sentence(id) => {
                    let sentence = self.sentences.get(id.index());
                    if let Some((sentence, first)) = sentence.zip(sentences.get_mut(id.index())) {
                        *first = marks.sentence(sentence);
                    }
                }
                Step::Owes(place) => {
                    if let Some((limit, first)) = self.owes.get(*place).zip(owes.get_mut(*place)) {
                        *first = marks.owes(limit);
                    }
                }
                Step::Meets(place) => {
                    let meeting = self.meetings.get(*place).into_iter();
                    meeting.flat_map(crate::plan::Meeting::all).for_each(|clause| marks.clause(clause, None));
                }
                Step::Right(_) => {}
            }
        }
        marks.measures();
        let windows = self.folds.iter().zip(marks.folds);
        let folds = windows.map(|(fold, day)| Some(self.windows.index_of_date(fold.window, day?))).collect();
        let mut clauses: Vec<ClauseId> = marks.clauses.into_keys().collect();
        clauses.sort_unstable();
        Lookback { folds, sentences, owes, clauses }
    }

    /// Whether a sentence gives deposits back: what of them waits in lines that are held stays in the balance.
    fn gives_deposits_back(&self, sentence: &Sentence) -> bool {
        let mut folds = folds_of(sentence).filter_map(|fold| self.folds.get(fold.index()));
        folds.any(|fold| matches!(fold.trigger, Trigger::Released { .. }))
    }
}

/// The folds whose totals a sentence reads.
fn folds_of(sentence: &Sentence) -> impl Iterator<Item = &FoldId> {
    let counted = if let Quantity::Folded(fold) = &sentence.quantity { Some(fold) } else { None };
    let priced = if let Amount::Priced(fold) = &sentence.amount { Some(fold) } else { None };
    counted.into_iter().chain(priced)
}

/// The formulas of a sentence.
fn formulas_of(sentence: &Sentence) -> impl Iterator<Item = &Formula> {
    let measured = if let Quantity::Measured(measured) = &sentence.quantity { Some(&measured.formula) } else { None };
    let (rate, tiers) = match &sentence.amount {
        Amount::Rate(rate) => (Some(rate), None),
        Amount::Priced(_) => (None, None),
        Amount::Tiers(_, tiers) => (None, Some(tiers)),
    };
    let tiers = tiers.into_iter().flatten().flat_map(|tier| tier.of.iter().chain([&tier.price]));
    let steps = sentence.adjustments.iter().filter_map(|step| step.what.formula());
    sentence.condition.iter().chain(measured).chain(rate).chain(tiers).chain(&sentence.times).chain(steps)
}

/// The amounts of a cap, minimum or exemption.
fn amounts_of(owes: &Owes) -> impl Iterator<Item = &Formula> {
    let first = match &owes.base {
        OwedBase::Previous(FirstWindow::Amount(amount)) => Some(amount),
        OwedBase::Previous(_) | OwedBase::SoFar | OwedBase::Expected => None,
    };
    first.into_iter().chain([&owes.amount])
}

/// Whether a limit of one window goes by what earlier ones charged or left.
fn goes_by_earlier(owes: &Owes) -> bool {
    let previous = matches!(owes.base, OwedBase::Previous(_));
    previous || owes.rolling.is_some() || owes.carry != Carry::No || owes.texts.len() > 1
}

/// The first day that is read; `None` where all are.
type Since = Option<Date>;

fn earlier(one: Since, other: Since) -> Since {
    one.zip(other).map(|(one, other)| one.min(other))
}

/// What reads in its own windows, and since when.
#[derive(Clone, Copy)]
struct Reader {
    window: WindowKind,
    since: Since,
}

/// What is read so far.
struct Marks<'a> {
    plan: &'a Plan,
    /// The first day of the periods asked for.
    asked: Since,
    folds: Vec<Since>,
    measures: Vec<Since>,
    clauses: FxHashMap<ClauseId, Since>,
}

impl<'a> Marks<'a> {
    fn new(plan: &'a Plan) -> Self {
        let (first, _) = plan.windows.days(plan.settled, plan.asked.0);
        let asked = Some(first.max(plan.windows.term().0));
        // The rank of an event goes by those before it, and a deposit ends long after it was paid.
        let lasts = |trigger: &Trigger| matches!(trigger, Trigger::Taken(..) | Trigger::Released { .. });
        let folds = plan.folds.iter().map(|fold| asked.filter(|_| fold.ranked.is_none() && !lasts(&fold.trigger)));
        let (folds, measures) = (folds.collect(), vec![asked; plan.measures.len()]);
        let mut marks = Self { plan, asked, folds, measures, clauses: FxHashMap::default() };
        for measure in &plan.measures {
            leaves(&measure.formula, &mut |read| {
                if let Read::Clause(clause, _) = read {
                    marks.clause(*clause, None);
                }
            });
        }
        marks
    }

    /// What reads in the windows of a kind since a day, and so many of them before.
    fn reader(&self, window: WindowKind, since: Since, reach: i64) -> Reader {
        let windows = &self.plan.windows;
        let alone = reach == 0 && window.counted_by() == window;
        let start = |day| windows.days(window, windows.index_of_date(window, day)).0;
        Reader { window, since: since.filter(|_| alone).map(start) }
    }

    /// A sentence reads; gives its first window.
    fn sentence(&mut self, sentence: &Sentence) -> Option<i64> {
        let all = sentence.uses_up || self.plan.gives_deposits_back(sentence);
        let since = self.read_since(&[sentence.clause]).filter(|_| !all);
        let reader = self.reader(sentence.window, since, sentence.reach);
        sentence.folds.iter().chain(folds_of(sentence)).for_each(|fold| self.fold(*fold, reader));
        formulas_of(sentence).for_each(|formula| self.formula(formula, reader));
        since.map(|day| self.plan.windows.index_of_date(sentence.window, day))
    }

    /// A cap, minimum or exemption reads; gives its first window.
    fn owes(&mut self, owes: &Owes) -> Option<i64> {
        let since = self.read_since(&owes.under).filter(|_| !goes_by_earlier(owes));
        let reader = self.reader(owes.window, since, 0);
        owes.under.iter().chain(&owes.netted).for_each(|clause| self.clause(*clause, reader.since));
        amounts_of(owes).for_each(|amount| self.formula(amount, reader));
        reader.since.map(|day| self.plan.windows.index_of_date(owes.window, day))
    }

    /// Since when what some clauses charge is read, or asked for.
    fn read_since(&self, clauses: &[ClauseId]) -> Since {
        let read = clauses.iter().filter_map(|clause| self.clauses.get(clause).copied());
        read.fold(self.asked, earlier)
    }

    fn clause(&mut self, clause: ClauseId, since: Since) {
        let known = self.clauses.entry(clause).or_insert(since);
        *known = earlier(*known, since);
    }

    fn fold(&mut self, fold: FoldId, reader: Reader) {
        if let Some(known) = self.folds.get_mut(fold.index()) {
            *known = earlier(*known, reader.since);
        }
    }

    /// A measure is read in windows of its own kind, or who knows where.
    fn measure(&mut self, id: MeasureId, reader: Reader) {
        let own = self.plan.measures.get(id.index()).map(|measure| measure.window);
        if let Some(known) = self.measures.get_mut(id.index()) {
            *known = earlier(*known, reader.since.filter(|_| own == Some(reader.window)));
        }
    }

    fn formula(&mut self, formula: &Formula, reader: Reader) {
        leaves(formula, &mut |read| {
            if let Read::Observed(fold, _) = read {
                self.fold(*fold, reader);
            }
            if let Read::Clause(clause, back) = read {
                self.clause(*clause, reader.since.filter(|_| *back == 0));
            }
            let weight = if let Read::OverAll(all) = read { all.weight } else { None };
            read.measure().into_iter().chain(weight).for_each(|measure| self.measure(measure, reader));
        });
    }

    /// What measures read. INVARIANT (ordered): each stands after those that it reads.
    fn measures(&mut self) {
        for measure in self.plan.measures.iter().rev() {
            let since = self.measures.get(measure.id.index()).copied().flatten().filter(|_| !measure.used_up);
            let reader = self.reader(measure.window, since, measure.reach.max(measure.back));
            measure.folds.iter().for_each(|fold| self.fold(*fold, reader));
            self.formula(&measure.formula, reader);
        }
    }
}
