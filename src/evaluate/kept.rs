//! Events that wait for their rank: what is kept of each in the walk, and among which events it is counted.

use crate::evaluate::compute::Look;
use crate::evaluate::contested::contested_words;
use crate::evaluate::datum::Gap;
use crate::evaluate::observations::Group;
use crate::evaluate::observe::Observer;
use crate::evaluate::ranks::{Kept, price_all};
use crate::evaluate::subject::Subject;
use crate::feed::events::Event;
use crate::plan::{Fold, Rank, Ranked};

impl<'a> Observer<'a> {
    /// Keeps an event until its rank is known. One whose units belong to several groups is held in all of them.
    pub(super) fn keep(
        &mut self,
        (subject, excess): (&Subject<'a>, Option<Gap>),
        event: &'a Event,
        (fold, ranked): (&'a Fold, &'a Ranked),
        place: (usize, i64),
    ) {
        let mixed = subject.on(event).mixed(&fold.keys);
        let of_ranks = self.ranks_of(ranked).find_map(|rank| subject.on(event).mixed(&rank.dims));
        let several = !subject.parts.is_empty() && (excess.is_some() || of_ranks.is_some() || mixed.is_some());
        let doubt = contested_words(self.scene, event).or(excess);
        let scopes = self.scopes((subject, event), ranked, (doubt.as_ref(), mixed.as_ref()));
        let there = |part: &&Subject<'a>| part.events.first().is_some_and(|first| first.occurred <= event.occurred);
        let subjects = if several { subject.parts.iter().filter(there).collect() } else { vec![subject] };
        let subjects = if subjects.is_empty() { vec![subject] } else { subjects };
        for (part, subject) in subjects.into_iter().enumerate() {
            let mut hand = subject.on(event);
            let own = |(rank, (scope, counts)): (&Rank, &(Group, Result<bool, Gap>))| match counts {
                Err(gap) => (hand.group(&rank.dims), Err(gap.clone())),
                // What is held for each of its units is counted once.
                Ok(counts) => (scope.clone(), Ok(*counts && part == 0)),
            };
            let kept = Kept {
                event: *event,
                id: self.scene.contract.id(event).map(Into::into),
                happened: self.scene.contract.events.otherwise(event),
                place: place.0,
                window: place.1,
                group: hand.group(&fold.keys),
                scopes: self.ranks_of(ranked).zip(&scopes).map(own).collect(),
                held: mixed.clone(),
                leaves: ranked.leaves.iter().map(|read| hand.look(read).map(|value| value.literal())).collect(),
            };
            self.out.kept.entry(fold.id).or_default().push(kept);
        }
    }

    fn ranks_of(&self, ranked: &'a Ranked) -> impl Iterator<Item = &'a Rank> {
        let plan = self.scene.plan;
        ranked.ranks.iter().filter_map(|id| plan.ranks.get(id.index()))
    }

    /// For each rank: among which events one is counted, and whether it is. Where its own line is held since its units
    /// differ, it is not known what it used up.
    fn scopes(
        &self,
        (subject, event): (&Subject<'a>, &'a Event),
        ranked: &'a Ranked,
        (doubt, mixed): (Option<&Gap>, Option<&Gap>),
    ) -> Vec<(Group, Result<bool, Gap>)> {
        let mut hand = subject.on(event);
        let scope = |rank: &'a Rank| {
            let doubt = doubt.cloned().or_else(|| hand.mixed(&rank.dims)).or(mixed.filter(|_| rank.used_up).cloned());
            // One that does not meet the condition counts in no way.
            let counts = match (hand.passes(rank.filter.as_ref()), doubt) {
                (Ok(true) | Err(_), Some(gap)) => Err(gap),
                (counts, _) => counts,
            };
            (hand.group(&rank.dims), counts)
        };
        self.ranks_of(ranked).map(scope).collect()
    }

    /// Ranks at once what is counted within the asset that was walked.
    pub(super) fn rank_alone(&mut self) {
        let plan = self.scene.plan;
        let alone = |fold: &&Fold| fold.ranked.as_ref().is_some_and(|ranked| ranked.alone);
        for fold in plan.folds.iter().filter(alone) {
            let mut kept = self.out.kept.remove(&fold.id).unwrap_or_default();
            kept.sort_by_key(|kept| (kept.event.occurred, kept.event.sequence));
            let (out, whose) = (&mut self.out, self.whose);
            price_all((plan, self.scene.indices), fold, &kept, &mut |kept, priced| {
                out.take((fold, whose), kept, priced);
            });
        }
    }
}
