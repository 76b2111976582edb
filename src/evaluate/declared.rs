//! Events that start no state, because another party had to declare them: they are listed.

use crate::evaluate::observations::Undeclared;
use crate::evaluate::observe::Observer;
use crate::evaluate::states::is_at;
use crate::evaluate::subject::Subject;

impl<'a> Observer<'a> {
    /// Lists the events of a subject that start no state because of who declared them.
    pub(super) fn undeclared(&mut self, subject: &Subject<'a>) {
        let plan = self.scene.plan;
        for state in plan.states.iter().filter(|state| state.family == subject.family) {
            let Some((_, anyone)) = &state.declared else { continue };
            let others = subject.events.iter().filter(|event| event.occurred < self.scene.time.end);
            let others = others.filter(|event| is_at(subject, anyone, event) && !is_at(subject, &state.from, event));
            let listed = others.map(|event| Undeclared {
                asset: subject.asset,
                state: state.id,
                origin: event.origin,
                kind: event.kind,
            });
            self.out.undeclared.extend(listed);
        }
    }
}
