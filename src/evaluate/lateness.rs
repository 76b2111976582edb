//! Lateness that is charged: window by window as it accrues, or in the window in which it ends.

use crate::base::number::Ratio;
use crate::evaluate::duties::Instance;
use crate::evaluate::governed::{by_opening, counts, cuts_of, open_from};
use crate::evaluate::held::{changes_of, read_at};
use crate::evaluate::observe::{Observer, Place};
use crate::evaluate::subject::{AtHand, Subject};
use crate::plan::{Fold, Trigger};

/// Where lateness ends that is paid when it ends.
enum Ending {
    /// Not yet, or before the term.
    Outside,
    /// In this window.
    Window(i64),
}

impl<'a> Observer<'a> {
    /// Lateness as it accrues: at the end of each window less at the end of the one before.
    pub(super) fn lateness(&mut self, subject: &Subject<'a>, fold: &'a Fold, instance: &Instance<'a>) {
        let Trigger::Lateness { unit, size, part, .. } = &fold.trigger else {
            return;
        };
        let windows = &self.scene.plan.windows;
        let deadline = match &instance.deadline {
            Ok(Some(deadline)) if *deadline < self.scene.time.end => *deadline,
            Ok(_) => return,
            Err(gap) => {
                if let Some(at) = open_from(subject, fold, instance).filter(|at| self.scene.time.contains(*at)) {
                    let hand = AtHand { bearer: Some(instance.bearer(subject, at)), ..subject.at(at) };
                    self.gap(fold, &hand, &self.place(fold, at), gap.clone());
                }
                return;
            }
        };
        let ended = [instance.done, instance.missed].into_iter().flatten().min();
        if ended.is_some_and(|ended| ended < self.scene.since(fold).at) {
            return;
        }
        let belongs = match self.ending_window(fold, instance) {
            Some(Ending::Outside) => return,
            Some(Ending::Window(window)) => Some(window),
            None => None,
        };
        let mut changes = changes_of(subject, &fold.keys);
        changes.extend(cuts_of(subject, fold));
        changes.extend(instance.handed_on(subject));
        let term = self.scene.time.start;
        changes.push(term);
        changes.sort_unstable();
        let mut before = Ratio::ZERO;
        let mut priced = Ratio::ZERO;
        let mut start = deadline;
        loop {
            let window = windows.index_of(fold.window, start.max(term));
            let bounds = windows.bounds(fold.window, window);
            let over = self.next_cut(fold, &changes, start).map_or(bounds.end, |cut| cut.min(bounds.end));
            let so_far = instance.lateness(subject, over.min(self.scene.time.end), unit, size, *part);
            let units = so_far.minus(&before);
            let governed = by_opening(subject, fold) || counts(subject, fold, start);
            if !units.is_zero() && governed {
                let mut hand =
                    subject.at(read_at(subject, fold, window, start)).within(fold, window, start).with(units);
                hand.bearer = Some(instance.bearer(subject, start));
                let amount = self.price(fold, &mut hand).unwrap_or(Ratio::ZERO);
                // What accrued before the term is of no window.
                if belongs.is_some() || start >= term {
                    let place = Place { window: belongs.unwrap_or(window), at: start };
                    self.occur(fold, &mut hand, &place, Some(&priced));
                }
                priced = priced.plus(&amount);
            }
            before = so_far;
            let ended = [instance.done, instance.missed].into_iter().flatten().any(|end| end < over);
            // INVARIANT (forward): the end of a window and the next cut lie after the start.
            if over >= self.scene.time.end || ended {
                return;
            }
            start = over;
        }
    }

    /// The window to which lateness belongs that is paid when it ends.
    fn ending_window(&self, fold: &Fold, instance: &Instance<'a>) -> Option<Ending> {
        if !self.scene.plan.lateness_when_it_ends {
            return None;
        }
        let end = [instance.done, instance.missed].into_iter().flatten().min();
        let known = end.filter(|end| self.scene.time.contains(*end));
        Some(known.map_or(Ending::Outside, |end| Ending::Window(self.place(fold, end).window)))
    }
}
