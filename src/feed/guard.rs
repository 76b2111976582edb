//! A guard around a library that asserts what damaged bytes break.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

static QUIET: Once = Once::new();

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What a computation gives; `None` where it panics. Nothing is printed then.
///
/// What the computation changed is not used afterwards, so that nothing half done is seen.
pub(crate) fn guarded<T>(compute: impl FnOnce() -> T) -> Option<T> {
    QUIET.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                before(panic);
            }
        }));
    });
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(compute));
    GUARDED.set(false);
    result.ok()
}
