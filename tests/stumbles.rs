//! Where a fresh reader of the reference stumbled: each is refused with a way out, or told where it is looked for.

use std::path::Path;

use crate::support::{checked, consigne, succeeds};

const POOL: &str = r#"contract POOL "A pool of pallets"
parties { pool palletco "PalletCo SAS"  many partner "Partner" { tier (gold, silver) } }
term     2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled  monthly, netted
conventions {
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start restarts the time
    an end without a start is ignored
    still open counts to the end of the window
    attributes read at the event
    a repeated trigger opens another
}
asset pallet "Pallet" in lots from issued, oldest first { holder partner }
event issued of pallet { holder partner }
event ended of pallet
define out = from issued to ended
clause 2 "Issue" { on issued, holder pays 0.50 EUR to pool per pallet as fee }
"#;

/// The text is refused once, with words of the message and of the help.
#[track_caller]
fn refused(more: &str, code: &str, message: &str, help: &str) {
    let result = checked(&format!("{POOL}{more}"));
    let refusals = result.refusals();
    assert_eq!(refusals.len(), 1, "{}", result.listing());
    let told = refusals[0].help.clone().unwrap_or_default();
    assert_eq!(refusals[0].code.as_str(), code);
    assert!(refusals[0].message.contains(message), "{}", refusals[0].message);
    assert!(told.contains(help), "the help is `{told}`");
}

#[test]
fn a_card_by_an_attribute_of_a_party_is_read_where_the_party_is_at_hand() {
    let card = "define daily = by TIER { when gold : 0.04 EUR  when silver : 0.05 EUR }
        clause 3 \"Hire\" { holder pays daily to pool per pallet per day while out, first day counted as price }";
    let none = "an attribute of each partner, and none is at hand here";
    refused(&card.replace("TIER", "tier"), "C022", none, "write `holder.tier`");
    assert!(checked(&format!("{POOL}{}", card.replace("TIER", "holder.tier"))).refusals().is_empty());
    let each = "define daily = by tier { when gold : 4.00 EUR  when silver : 5.00 EUR }
        clause 3 \"Fee\" { each month, each partner pays daily to pool per month commenced as fee }";
    assert!(checked(&format!("{POOL}{each}")).refusals().is_empty());
}

#[test]
fn one_event_fulfils_an_obligation() {
    let more =
        "clause 7 \"Back\" { obligation back : pool must have pallet ended or issued within 120 days of issued }";
    let result = checked(&format!("{POOL}{more}"));
    let told: Vec<&str> = result.refusals().iter().filter_map(|finding| finding.help.as_deref()).collect();
    assert!(told.iter().any(|help| help.contains("one event fulfils an obligation")), "{told:?}");
    let result = checked(&format!("{POOL}clause 7 \"Fee\" {{ each month, pool pays 5.00 EUR }}"));
    let told: Vec<&str> = result.refusals().iter().filter_map(|finding| finding.help.as_deref()).collect();
    assert!(told.iter().any(|help| help.contains("amount, `to PARTY`, `per`")), "{told:?}");
}

#[test]
fn a_clause_read_before_or_after_a_minimum_says_what_a_minimum_does() {
    let text = "contract MIN \"A minimum\"
        parties { provider a \"A\"  customer b \"B\" }
        term 2026-01-01 to 2026-12-31
        currency EUR
        timezone Europe/Paris
        settled monthly
        clause 1 \"Rent\"    { each month, customer pays 30.00 EUR as price }
        clause 3 \"Share\"   { each month, customer pays 5% of clause 1 as fee }
        clause 8 \"Minimum\" { customer owes at least 100.00 EUR per month under clause 1 }";
    let result = checked(text);
    let question = result.refusals().into_iter().find(|finding| finding.code.as_str() == "C182").unwrap();
    let label = format!("{question:?}");
    // 5 % of 1000.00 are 50.00, of 1000.00 and 300.00 more 65.00.
    for words in ["clause 8 adds 300.00 EUR up to its minimum", "5% of 1300.00 EUR = 65.00 EUR"] {
        assert!(label.contains(words), "{label}");
    }
}

#[test]
fn a_failed_expectation_shows_amounts_with_all_their_digits() {
    let more = "scenario \"wrong\" {
        assume tier of acme = gold
        2026-03-02 09:00 issued 10 pallet LOT { holder acme }
        expect payment from acme to pool in 2026-03 = 100.00 EUR
    }";
    let result = checked(&format!("{POOL}{more}"));
    assert!(result.refusals().is_empty(), "{}", result.listing());
    let trials = crate::support::trials(&result.contract.unwrap());
    let told = format!("{:?}", trials[0].failures);
    // 10 pallets × 0.50.
    assert!(told.contains("in 2026-03 = 100.00 EUR") && told.contains("5.00 EUR"), "{told}");
}

fn settled(folder: &Path, format: &str) -> String {
    let output = consigne(folder, &["settle", "2026-03", "--format", format]);
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn parties_that_are_not_in_the_register_empty_quantities_and_misspelt_columns_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("contract.consigne", POOL);
    write("register.csv", "family,asset,from,until,tier\npartner,acme,2026-01-01,2026-12-31,gold\n");
    write(
        "moves.csv",
        "at,lot,pallets,holder\n\
         2026-03-02T08:00:00Z,LOT-1,40,acme\n\
         2026-03-03T08:00:00Z,LOT-2,10,zed\n\
         2026-03-04T08:00:00Z,LOT-3,,acme\n",
    );
    write(
        "consigne.toml",
        "contracts = [\"contract.consigne\"]\nassets = [\"register.csv\"]\n[[feed]]\npath = \"moves.csv\"\nasset = \"lot\"\n\
         at = \"at\"\neach_row = \"an event\"\nquantity = \"pallets\"\n[[feed.event]]\nkind = \"issued\"\n\
         fields = { holder = \"holder\" }\n",
    );
    let text = settled(folder.path(), "text");
    // 40 × 0.50, and 10 × 0.50; the row without a quantity counts for nothing.
    for words in [
        "acme owes pool: 20.00 EUR",
        "zed owes pool: 5.00 EUR",
        "not in the register: zed, LOT-1, LOT-2",
        "the row does not say how many units it is about",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    let top: String = text.lines().take(5).collect::<Vec<_>>().join("\n");
    assert!(top.contains("register.csv:1 the column `until`") && top.contains("did you mean `to`?"), "{top}");
    let json: serde_json::Value = serde_json::from_str(&settled(folder.path(), "json")).unwrap();
    let strangers = json["statements"][0]["not_in_the_register"].as_array().unwrap();
    assert!(strangers.iter().any(|name| name == "zed"), "{strangers:?}");
}

#[test]
fn a_new_workspace_holds_what_its_readme_names() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(folder.path(), &["new", "demo"]);
    let dir = folder.path().join("demo");
    let readme = std::fs::read_to_string(dir.join("README.md")).unwrap();
    let named = readme.lines().filter_map(|line| line.strip_prefix("* `")).filter_map(|line| line.split('`').next());
    let names: Vec<&str> = named.collect();
    assert!(names.len() >= 4, "{names:?}");
    for name in names {
        assert!(dir.join(name).exists(), "{name} is not written");
    }
}
