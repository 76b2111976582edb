//! A measure in windows before the one at hand, and over all of its groups.

use crate::base::number::Ratio;
use crate::base::vocabulary::{Among, ShortWindow};
use crate::base::window::WindowKind;
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::{At, Desk};
use crate::evaluate::observations::Group;
use crate::evaluate::settle::regrouped;
use crate::evaluate::shown::quantity;
use crate::plan::{Measure, OverAll, Past};

impl Desk<'_> {
    /// Whether all windows that a measure reads lie in the term; otherwise what the contract says of it.
    pub(crate) fn full(&mut self, measure: &Measure, window: i64) -> Result<(), Gap> {
        let windows = &self.plan.windows;
        let (term_first, _) = windows.term();
        let first = windows.index_of_date(measure.window, term_first);
        let (begins, _) = windows.days(measure.window, window);
        let rolls = matches!(measure.window, WindowKind::Rolling { .. });
        let short = window.saturating_sub(measure.back) < first || (rolls && begins < term_first);
        if !short {
            return Ok(());
        }
        match measure.short {
            ShortWindow::AsItIs => Ok(()),
            ShortWindow::NothingDue => Err(Gap::NotDue(measure.name.clone())),
            ShortWindow::Held => Err(Gap::Held(format!("`{}` reads windows that begin before the term", measure.name))),
        }
    }
}

impl At<'_, '_> {
    /// A figure of a measure over earlier windows. Those before the term, and those in which nothing is due, are left
    /// out.
    pub(crate) fn past(&mut self, past: &Past) -> Result<Ratio, Gap> {
        let plan = self.desk.plan;
        let Some(measure) = plan.measures.get(past.measure.index()) else {
            return Err(Gap::NotAtHand);
        };
        let group: Option<Group> = past.places.iter().map(|place| self.group.get(*place).copied()).collect();
        let group = group.ok_or(Gap::NotAtHand)?;
        let first = plan.windows.index_of_date(measure.window, plan.windows.term().0);
        let (from, to) = (self.window.saturating_sub(past.from).max(first), self.window.saturating_sub(past.to));
        let mut values = Vec::new();
        for window in from..=to {
            let label = plan.windows.label(measure.window, window);
            self.desk.note(|_| format!("in {label}:"), None);
            self.desk.depth = self.desk.depth.saturating_add(1);
            let value = self.desk.measure(past.measure, window, &group);
            self.desk.depth = self.desk.depth.saturating_sub(1);
            values.extend(due(value.map(|value| (value, Ratio::ONE)))?);
        }
        let what = || format!("{} in these windows", measure.name);
        self.among(past.among, measure, &values, &what)
    }

    /// A figure of a measure over its groups within the one at hand. Those for which nothing is due are left out.
    pub(crate) fn over_all(&mut self, all: OverAll) -> Result<Ratio, Gap> {
        let plan = self.desk.plan;
        let Some(measure) = plan.measures.get(all.measure.index()) else {
            return Err(Gap::NotAtHand);
        };
        let reads = (measure.folds.as_slice(), (measure.window, self.window), measure.reach);
        // Nobody can list the groups of what was not recorded.
        if let Some(gap) = self.desk.unrecorded(reads, &measure.dims) {
            return Err(gap);
        }
        let groups = self.desk.groups(&measure.folds, (measure.window, self.window), measure.reach, &measure.dims);
        let mut values = Vec::new();
        for group in groups {
            if regrouped(&measure.dims, &group, self.dims).as_ref() != Some(self.group) {
                continue;
            }
            let name = self.desk.names.group(&measure.dims, &group);
            self.desk.note(|_| format!("for {name}:"), None);
            self.desk.depth = self.desk.depth.saturating_add(1);
            let value = self.desk.measure(all.measure, self.window, &group);
            let weight = match all.weight {
                Some(weight) => self.desk.measure(weight, self.window, &group),
                None => Ok(Ratio::ONE),
            };
            self.desk.depth = self.desk.depth.saturating_sub(1);
            values.extend(due(value.and_then(|value| Ok((value, weight?))))?);
        }
        let what = || format!("{} over these", measure.name);
        self.among(all.among, measure, &values, &what)
    }

    fn among(
        &mut self,
        among: Among,
        measure: &Measure,
        values: &[(Ratio, Ratio)],
        what: &dyn Fn() -> String,
    ) -> Result<Ratio, Gap> {
        let total =
            |numbers: &mut dyn Iterator<Item = Ratio>| numbers.fold(Ratio::ZERO, |sum, number| sum.plus(&number));
        let found = match among {
            Among::Total => Some(total(&mut values.iter().map(|(value, _)| value.clone()))),
            Among::Least => values.iter().map(|(value, _)| value).min().cloned(),
            Among::Greatest => values.iter().map(|(value, _)| value).max().cloned(),
            Among::Mean => {
                let weighted = total(&mut values.iter().map(|(value, weight)| value.times(weight)));
                weighted.over(&total(&mut values.iter().map(|(_, weight)| weight.clone())))
            }
        };
        let count = values.len();
        self.desk.note(
            |_| {
                let shown = found.as_ref().map_or_else(|| "none".to_owned(), |found| quantity(&measure.kind, found));
                format!("{} of {}, {count} of them = {shown}", among.word(), what())
            },
            None,
        );
        found.ok_or_else(|| Gap::NoOccurrence(format!("{} of {}", among.word(), what())))
    }
}

/// A value that counts; one of which nothing is due is left out.
fn due(value: Result<(Ratio, Ratio), Gap>) -> Result<Option<(Ratio, Ratio)>, Gap> {
    match value {
        Ok(value) => Ok(Some(value)),
        Err(Gap::NotDue(_)) => Ok(None),
        Err(gap) => Err(gap),
    }
}
