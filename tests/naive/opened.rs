//! Lines of time, and whether the condition of their sentence holds.

use std::collections::BTreeSet;

use consigne::base::number::Ratio;
use consigne::check::contract::{Dimension, Opener, Sentence};

use super::World;
use super::calendar::Window;
use super::money::read_by;
use super::values::{Found, Gap, Group, Hand};

impl World<'_> {
    /// "`when CONDITION,` pays for each window of the number that the condition reads, where it is true": for the time in a
    /// state, or for the lateness, of that window.
    pub(crate) fn lines_opened(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
        mut parts: Vec<(Group, Found<Ratio>)>,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        // A group for which the numbers show something has a line, also one of no time.
        if dims == sentence.dims && !dims.is_empty() {
            let mut groups = BTreeSet::new();
            for value in read_by(sentence) {
                self.seen(value, window, dims, &mut groups)?;
            }
            parts.extend(groups.into_iter().map(|group| (group, Ok(Ratio::ZERO))));
        }
        let lines = self.added(sentence, dims, window, parts)?;
        let Opener::When(condition) = &sentence.opener else { return Ok(lines) };
        let mut found = Vec::new();
        for (group, amount) in lines {
            let own: Group = group.iter().filter(|(dim, _)| sentence.dims.contains(dim)).cloned().collect();
            let since = self.paid_until.borrow().get(&own).map(|until| until.plus_days(1));
            match self.holds(condition, &Hand { since, ..Hand::of_window(window, &own) }) {
                Ok(true) => found.push((group, amount)),
                Ok(false) | Err(Gap::NotDue) => {}
                Err(_) => found.push((group, Err(Gap::Held))),
            }
        }
        Ok(found)
    }
}
