//! The states of the standard library: one asset of a pool on its way round, and each state by itself.

use crate::support::{checked, holds_all};

fn contract(rest: &str) -> String {
    format!(
        "contract L-1 \"Life of a crate\"\n\
         parties {{ provider poolia \"Poolia SA\"  customer primeur \"Primeur SARL\" }}\n\
         term 2026-01-01 to 2026-12-31\ncurrency EUR\ntimezone Europe/Paris\nsettled monthly, netted\n\
         conventions {{\n\
         conflicting records first known stays  a second start changes nothing\n\
         an end without a start is ignored  still open counts to the end of the window\n\
         }}\n\
         asset crate {{ }}\nuse \"std/lifecycle-states\" with thing crate\n{rest}"
    )
}

/// A number for the time in each of some states.
fn times(states: &[&str]) -> String {
    let define = |state: &&str| format!("define of_{state} per month = total of time while {state}\n");
    states.iter().map(define).collect::<Vec<_>>().concat()
}

#[test]
fn out_back_mended_out_again_and_recycled() {
    // Hire by days, the first one counted. March: 4th to 13th, ten days. April: 3rd to 9th, seven.
    // The clocks go forward on 29 March: the month has 743 hours.
    let clauses =
        "clause 1 \"Hire\" { customer pays 0.10 EUR per crate per day while in_use, first day counted as price }
        clause 2 \"Damage\" {
            customer pays 0.50 EUR per crate per day while damaged, first day counted as indemnity
        }\n";
    let round = "scenario \"twice round\" {
        2026-03-02 00:00 commissioning K1
        2026-03-03 00:00 shipping K1
        2026-03-04 00:00 receiving K1
        2026-03-14 00:00 collecting K1
        2026-03-15 00:00 shipping K1 { disposition returned }
        2026-03-17 00:00 receiving K1 { disposition returned }
        2026-03-18 00:00 inspecting K1 { disposition damaged }
        2026-03-22 00:00 repairing K1
        2026-04-01 00:00 shipping K1 { disposition in_transit }
        2026-04-03 00:00 receiving K1 { disposition in_progress }
        2026-04-10 00:00 collecting K1
        2026-04-11 00:00 shipping K1 { disposition returned }
        2026-04-12 00:00 receiving K1 { disposition returned }
        2026-04-13 00:00 inspecting K1 { disposition disposed }
        2026-04-20 00:00 destroying K1
        expect clause 1 in 2026-03 = 1.00 EUR
        expect clause 1 in 2026-04 = 0.70 EUR
        expect clause 2 in 2026-03 = 2.00 EUR
        /* From 2 March on: 743 - 24. In April up to the 20th: 19 days. */
        expect of_active in 2026-03 = 719 hours
        expect of_active in 2026-04 = 456 hours
        expect of_active in 2026-05 = 0 hours
        /* One day out, two days back; two out, one back. */
        expect of_in_transit in 2026-03 = 72 hours
        expect of_in_transit in 2026-04 = 72 hours
        /* Collected on the 14th, inspected on the 18th; the 10th and the 13th. */
        expect of_returned in 2026-03 = 96 hours
        expect of_returned in 2026-04 = 72 hours
        expect of_damaged  in 2026-03 = 96 hours
        expect of_disposed in 2026-04 = 168 hours
        /* All of March in the pool, less 24 out, 240 in use, 96 returned, 96 damaged. */
        expect of_available in 2026-03 = 263 hours
        expect of_available in 2026-04 = 0 hours
    }";
    let states = ["active", "in_transit", "returned", "damaged", "disposed", "available"];
    holds_all(&contract(&format!("{}{clauses}{round}", times(&states))));
}

#[test]
fn kept_back_recalled_reserved_mounted() {
    let states = ["unavailable", "recalled", "reserved", "installed", "needs_replacement", "non_sellable", "damaged"];
    let round = "scenario \"one day, two days, and so on\" {
        2026-03-02 00:00 commissioning K1
        2026-03-03 00:00 holding K1
        2026-03-04 00:00 releasing K1
        2026-03-05 00:00 holding K1 { disposition recalled }
        2026-03-07 00:00 releasing K1
        2026-03-08 00:00 reserving K1
        2026-03-11 00:00 installing K1
        2026-03-15 00:00 removing K1
        2026-03-16 00:00 inspecting K1 { disposition needs_replacement }
        2026-03-21 00:00 inspecting K1 { disposition damaged }
        2026-03-22 00:00 inspecting K1
        2026-03-27 00:00 inspecting K1 { disposition available }
        expect of_unavailable in 2026-03 = 72 hours
        expect of_recalled    in 2026-03 = 48 hours
        expect of_reserved    in 2026-03 = 72 hours
        expect of_installed   in 2026-03 = 96 hours
        /* Until the inspection that finds something else; one that says nothing changes nothing. */
        expect of_needs_replacement in 2026-03 = 120 hours
        expect of_damaged           in 2026-03 = 144 hours
        expect of_non_sellable      in 2026-03 = 336 hours
    }";
    holds_all(&contract(&format!("{}{round}", times(&states))));
}

/// What a library offers and a contract does not use is no question of the contract.
#[test]
fn states_of_a_library_are_not_asked_about() {
    let ratio = "define usable per month = (total of time while in_use and not damaged) / (total of time while in_use)
        empty : nothing due
        clause 1 \"Usable\" { when usable is below 90%, provider pays 1.00 EUR as price reduction }
        scenario \"damaged for one of four days\" {
            2026-03-02 00:00 receiving K1
            2026-03-05 00:00 inspecting K1 { disposition damaged }
            2026-03-06 00:00 collecting K1
            expect usable in 2026-03 = 75%
            expect clause 1 in 2026-03 = 1.00 EUR
        }";
    holds_all(&contract(ratio));
    // A state of its own is asked about.
    let own = "event halted, resumed of crate
        define idle = from halted to resumed\n";
    assert!(checked(&contract(&format!("{own}{ratio}"))).listing().contains("C148"));
}
