//! Returns for which no deposit is known: of single assets, of lots and in pools; and who is told not to be in the register.
//! Figures were worked out by hand.

use std::path::Path;

use serde_json::Value;

use crate::support::consigne;

/// The statements of March; what is held makes the program fail, and prints them all the same.
fn json(folder: &Path) -> Value {
    serde_json::from_slice(&consigne(folder, &["settle", "2026-03", "--format", "json"]).stdout).unwrap()
}

/// The settlement of March in a workspace with these conventions, sentences, register and lines.
fn settled(folder: &Path, lone: &str, how: &str, lots: &str) -> Value {
    let text = format!(
        r#"contract D-1 "Deposits"
parties {{ provider a "A"  customer b "B" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second deposit is not charged
    a return without a deposit {lone}
}}
asset crate "Crate" {lots} {{ }}
event delivered, returned of crate
clause 1 "Deposit" {{
    on delivered, customer pays 10.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 1 {how} as deposit
}}
scenario "s" {{ 2026-02-02 delivered L1 expect clause 1 = 10.00 EUR }}
"#
    );
    std::fs::write(folder.join("a.consigne"), text).unwrap();
    std::fs::write(folder.join("consigne.toml"), "contracts = [\"a.consigne\"]\n\n[[feed]]\npath = \"events.jsonl\"\n")
        .unwrap();
    let line = |id: &str, kind: &str, day: &str, quantity: u32| {
        format!(
            "{{\"id\":\"{id}\",\"contract\":\"D-1\",\"kind\":\"{kind}\",\"asset\":\"L1\",\"occurred\":\"2026-{day}T08:10:00Z\",\"quantity\":{quantity}}}\n"
        )
    };
    std::fs::write(
        folder.join("events.jsonl"),
        line("e1", "delivered", "02-02", 6) + &line("e2", "returned", "03-03", 8),
    )
    .unwrap();
    json(folder)
}

/// What is paid back, how many returns find no deposit, and how many lines are held.
fn came(lone: &str, how: &str, lots: &str) -> (Vec<String>, u64, usize) {
    let folder = tempfile::tempdir().unwrap();
    let json = settled(folder.path(), lone, how, lots);
    let period = &json["statements"][0]["periods"][0];
    let list = |name: &str| period[name].as_array().cloned().unwrap_or_default();
    let amounts = list("lines").iter().map(|line| line["amount"].as_str().unwrap().to_owned()).collect();
    let unmatched = list("missing").iter().map(|found| found["unmatched"].as_u64().unwrap()).sum();
    (amounts, unmatched, list("held").len())
}

const LOTS: &str = "in lots from delivered, oldest first";

#[test]
fn units_of_a_lot_without_a_deposit_are_listed_as_in_a_pool() {
    // Six of eight have a deposit of 10.00 EUR; two find none.
    for how in ["matched by serial", "oldest first", "latest first"] {
        assert_eq!(came("is listed", how, LOTS), (vec!["60".to_owned()], 2, 0), "{how}");
    }
}

#[test]
fn they_are_held_where_that_is_said() {
    for how in ["matched by serial", "oldest first"] {
        let (amounts, unmatched, held) = came("is held", how, LOTS);
        assert_eq!((amounts.len(), unmatched), (0, 0), "{how}");
        assert!(held > 0, "{how}");
    }
}

#[test]
fn a_party_of_which_all_lines_are_held_is_told_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"contract P-1 "Pool"
parties { pool p "Pool"  many partner "Partner" { rate money } }
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions { conflicting records first known stays  rounded to 0.01 half up on each line }
asset pallet { holder partner }
event issued of pallet { holder partner }
clause 1 "Fee" { on issued, holder pays holder.rate per pallet as fee }
scenario "s" {
    assume rate of acme = 2.00 EUR
    2026-03-02 09:00 issued P1 { holder acme }
    expect clause 1 = 2.00 EUR
}
"#;
    std::fs::write(folder.path().join("a.consigne"), text).unwrap();
    std::fs::write(folder.path().join("assets.csv"), "asset,family,contract,rate\nacme,partner,P-1,2.00\n").unwrap();
    let settings = "contracts = [\"a.consigne\"]\nassets = [\"assets.csv\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    let line = |id: &str, holder: &str| {
        format!(
            "{{\"id\":\"{id}\",\"contract\":\"P-1\",\"kind\":\"issued\",\"asset\":\"{id}\",\"occurred\":\"2026-03-03T08:10:00Z\",\"fields\":{{\"holder\":\"{holder}\"}}}}\n"
        )
    };
    // Zed has no rate: its line is held.
    std::fs::write(folder.path().join("events.jsonl"), line("P1", "acme") + &line("P2", "zed")).unwrap();
    let json = json(folder.path());
    let strangers = json["statements"][0]["not_in_the_register"].as_array().unwrap();
    // Parties come first, then the pallets.
    assert_eq!(strangers.iter().map(|found| found.as_str().unwrap()).collect::<Vec<_>>(), ["zed", "P1", "P2"]);
}
