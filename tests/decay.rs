//! A deposit that is kept while the asset was hired by time: in full, or less by its age.

use crate::support::{checked, holds_all};

/// A contract that ends a deposit of a lost crate like this.
fn contract(lost: &str, hire: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    conflicting records    first known stays
    a second start         changes nothing
    an end without a start is ignored
    still open             counts to the end of the window
    a second deposit       is not charged
    a return without a deposit is listed
}}
asset crate "Crate" {{ }}
asset pallet "Pallet" {{ }}
event delivered, returned, lost of crate
event loaded, emptied of pallet
define out    = from delivered to returned or lost
define filled = from loaded to emptied
clause 3 "Deposit" {{
    on delivered, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 3 matched by serial as deposit
    on lost, {lost}
}}
clause 4 "Hire" {{ {hire} }}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const HIRE: &str = "customer pays 0.08 EUR per crate per day while out, both days counted as price";

fn codes(lost: &str, hire: &str) -> Vec<&'static str> {
    let text = contract(lost, hire, "expect clause 3 in 2026-01 = 0.00 EUR");
    checked(&text).refusals().iter().map(|finding| finding.code.as_str()).collect()
}

fn holds(lost: &str, scenario: &str) {
    let text = contract(lost, HIRE, scenario);
    holds_all(&text);
}

const BY_AGE: &str = "provider pays by time since delivered { up to 2 months : nothing  above : 50% } of clause 3
        matched by serial as deposit, the rest as sale";

#[test]
fn it_is_asked_where_the_same_party_hires_the_same_assets() {
    assert_eq!(codes("provider keeps clause 3 as sale", HIRE), ["C138"]);
    let none: [&str; 0] = [];
    assert_eq!(codes("provider keeps clause 3 in full as sale", HIRE), none);
    assert_eq!(codes(BY_AGE, HIRE), none);
    // No hire by time, of other assets, or paid by the other one.
    let keeps = "provider keeps clause 3 as sale";
    assert_eq!(codes(keeps, "on delivered, customer pays 2.00 EUR per crate as price"), none);
    assert_eq!(
        codes(keeps, "customer pays 0.08 EUR per pallet per day while filled, both days counted as price"),
        none
    );
    assert_eq!(codes(keeps, "provider pays 0.08 EUR per crate per day while out, both days counted as price"), none);
}

/// 2 to 5 March are four days of hire, 0.32 EUR; the 25.00 EUR of the deposit become the price.
#[test]
fn in_full_all_of_it_is_kept_beside_the_hire() {
    let scenario = "2026-03-02 09:00 delivered K1
    2026-03-05 09:00 lost K1
    expect clause 3 as sale in 2026-03 = 25.00 EUR
    expect clause 4 in 2026-03 = 0.32 EUR
    expect deposits of clause 3 in 2026-03 = 0.00 EUR
    expect total of provider in 2026-03 = 25.32 EUR";
    holds("provider keeps clause 3 in full as sale", scenario);
}

/// K1 is lost after two months to the day, K2 a day later: half of 25.00 EUR comes back, 25.00 + 12.50 are kept.
#[test]
fn by_age_a_share_comes_back() {
    let scenario = "2026-03-02 09:00 delivered K1
    2026-03-02 09:00 delivered K2
    2026-05-02 09:00 lost K1
    2026-05-03 09:00 lost K2
    expect clause 3 as sale in 2026-05 = 37.50 EUR
    expect deposits of clause 3 in 2026-05 = 0.00 EUR";
    holds(BY_AGE, scenario);
}
