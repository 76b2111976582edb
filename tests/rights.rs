//! Rights: what a party may do when a condition holds.

use serde_json::Value;

use crate::support::{checked, holds_all, succeeds};

/// A contract with these items and this scenario.
fn contract(body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions {{
    rounded to          0.01 half up on each line
    conflicting records first known stays
    a repeated trigger  changes nothing
}}
asset pump "Pump" {{ site text }}
event installed, failed, called, collected of pump
event warned {{ reason text }}
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

/// The scenario must pass.
fn holds(body: &str, scenario: &str) {
    let text = contract(body, scenario);
    holds_all(&text);
}

/// The checker must refuse the text with this code.
fn refused(code: &str, body: &str) {
    let text = contract(body, "2026-01-05 failed P1\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found = result.refusals().iter().any(|finding| finding.code.as_str() == code);
    assert!(found, "{code} is not raised:\n{}\n{text}", result.listing());
}

#[test]
fn a_right_by_a_number() {
    holds(
        "define failures per month = count of failed
clause 9 \"Way out\" { when failures is at least 2, customer may \"end this contract on three months' notice\" }",
        "2026-01-05 09:00 failed P1
    2026-02-05 09:00 failed P1
    2026-02-06 09:00 failed P2
    expect clause 9 does not apply in 2026-01
    expect clause 9 applies in 2026-02
    expect clause 9 does not apply in 2026-03
    expect total of customer in 2026-02 = 0.00 EUR",
    );
}

#[test]
fn a_right_by_group() {
    holds(
        "define failures per site per quarter = count of failed
clause 9 \"Warning\" { when failures is above 1 customer may \"ask for a visit\" }",
        "assume site of P1 = north, site of P2 = south
    2026-01-05 09:00 failed P1
    2026-02-05 09:00 failed P1
    2026-02-06 09:00 failed P2
    expect clause 9 does not apply in 2026-02
    expect clause 9 applies for north in 2026-03
    expect clause 9 does not apply for south in 2026-03",
    );
}

#[test]
fn a_right_by_an_event_or_an_outcome() {
    holds(
        "clause 1 \"Take-back\" {
    obligation collect : provider must have pump collected within 5 days of called
        first day not counted
        missed after 2 days
    when collect is missed, customer may \"have it collected by others\"
}
clause 2 \"Warning\" {
    on warned where reason is \"leak\", customer may \"close the site\"
}",
        "2026-01-05 09:00 called P1
    2026-01-06 09:00 called P2
    2026-01-08 09:00 collected P2
    2026-02-05 09:00 warned { reason \"leak\" }
    2026-03-05 09:00 warned { reason \"noise\" }
    expect clause 1 applies for P1 in 2026-01
    expect clause 1 does not apply for P2 in 2026-01
    expect clause 1 does not apply in 2026-02
    expect clause 2 applies in 2026-02
    expect clause 2 does not apply in 2026-03",
    );
}

/// Credits of 60.00 EUR are more than half of a fee of 100.00 EUR.
#[test]
fn a_right_by_what_clauses_charge() {
    holds(
        "clause 1 \"Fee\" { each month, customer pays 100.00 EUR as fee }
clause 2 \"Credit\" { on failed, provider pays 30.00 EUR per pump as price reduction }
clause 3 \"Way out\" { when clause 2 is above 50% of clause 1, customer may \"end this contract\" }",
        "2026-01-05 09:00 failed P1
    2026-02-05 09:00 failed P1
    2026-02-06 09:00 failed P2
    expect clause 3 does not apply in 2026-01
    expect clause 3 applies in 2026-02",
    );
}

/// No pump was installed in February, so that the rate is held, and with it the right.
#[test]
fn a_right_that_cannot_be_told() {
    let body = "define rate per month = count of failed / count of installed, empty : held
clause 9 \"Way out\" { when rate is above 10%, customer may \"end this contract\" }";
    let text = contract(body, "2026-02-05 09:00 failed P1\n expect clause 9 applies in 2026-02");
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(trials[0].failures[0].found.contains("it is held"), "{:?}", trials[0].failures);
}

#[test]
fn rights_that_do_not_fit() {
    refused("C024", "clause 9 \"x\" { customer may \"end this contract\" }");
    refused("C024", "clause 9 \"x\" { each month, customer may \"end this contract\" }");
    refused("C024", "clause 9 \"x\" { on failed, customer may \" \" }");
    refused("C010", "clause 9 \"x\" { on failed, client may \"end this contract\" }");
    refused(
        "C022",
        "clause 9 \"x\" { when 2 is above 1 and yes is no, customer may \"end this contract\" }\ndefine a = by b { when c : 1 }",
    );
    refused(
        "C023",
        "define failures per site per month = count of failed
clause 1 \"Fee\" { each month, customer pays 100.00 EUR as fee }
clause 9 \"x\" { when failures is above 2 and clause 1 is above 5.00 EUR, customer may \"end this contract\" }",
    );
    let result = checked(&contract(
        "clause 1 \"Fee\" { each month, customer pays 100.00 EUR as fee }",
        "expect clause 1 applies in 2026-01",
    ));
    assert!(result.listing().contains("C032"), "{}", result.listing());
}

#[test]
fn a_statement_lists_the_rights() {
    let folder = tempfile::tempdir().unwrap();
    let text = contract(
        "define failures per month = count of failed
clause 9 \"Way out\" { when failures is at least 1, customer may \"end this contract\" }",
        "2026-01-05 09:00 failed P1\n expect clause 9 applies in 2026-01",
    );
    std::fs::write(folder.path().join("contract.consigne"), text).unwrap();
    let event = r#"{"id":"e1","contract":"T-1","kind":"failed","asset":"P1","occurred":"2026-01-05T08:10:00Z"}"#;
    std::fs::write(folder.path().join("feed.jsonl"), event).unwrap();
    let project = "contracts = [\"contract.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), project).unwrap();
    let shown = succeeds(folder.path(), &["settle", "2026-01"]);
    assert!(shown.contains("9  Way out: customer may “end this contract”"), "{shown}");
    let json: Value =
        serde_json::from_str(&succeeds(folder.path(), &["settle", "2026-01", "--format", "json"])).unwrap();
    let right = &json["statements"][0]["periods"][0]["rights"][0];
    assert_eq!((right["clause"].as_str(), right["may"].as_str()), (Some("9"), Some("end this contract")));
    let told = succeeds(folder.path(), &["explain", "clause", "9", "2026-01"]);
    assert!(told.contains("the right applies"), "{told}");
    let told = succeeds(folder.path(), &["explain", "clause", "9", "2026-02"]);
    assert!(told.contains("the right does not apply"), "{told}");
}

/// The rights that the sample of reuse lists are those of `expected/rights.csv`.
#[test]
fn the_rights_of_a_sample() {
    let folder = crate::support::root().join("contracts/reuse");
    let wanted: Vec<String> = csv::Reader::from_path(folder.join("expected/rights.csv"))
        .unwrap()
        .records()
        .map(|row| row.unwrap().iter().collect::<Vec<_>>().join(","))
        .collect();
    let mut found = Vec::new();
    for period in ["2026-03", "2026-06"] {
        let json: Value = serde_json::from_str(&succeeds(&folder, &["settle", period, "--format", "json"])).unwrap();
        for right in json["statements"][0]["periods"][0]["rights"].as_array().unwrap() {
            found.push(format!("{period},{},{}", right["clause"].as_str().unwrap(), right["party"].as_str().unwrap()));
        }
    }
    assert_eq!(found, wanted);
}

#[test]
fn a_right_by_the_rank_of_an_event() {
    // The third failure of a site within 30 days, the 30th day before it not counted: 5 January is too early for 4 February.
    let third = "clause 9 \"Way out\" {
        on failed where rank of failed per site per rolling 30 days is at least 3, customer may \"leave\" }";
    holds(
        third,
        "assume site of P1 = north, site of P2 = north, site of P3 = south
    2026-01-05 09:00 failed P1
    2026-01-20 09:00 failed P2
    2026-01-21 09:00 failed P3
    2026-02-04 09:00 failed P1
    2026-02-10 09:00 failed P2
    expect clause 9 does not apply in 2026-01
    expect clause 9 applies for P2 in 2026-02
    expect clause 9 does not apply for P1 in 2026-02",
    );
    // The units of a lot have a rank each: the third of these is the third failure.
    let of_lot = "assume site of L = north
    2026-01-05 09:00 failed 2 pump L
    2026-02-02 09:00 failed 2 pump L
    expect clause 9 does not apply in 2026-01
    expect clause 9 applies for L in 2026-02";
    holds(third, of_lot);
    holds(third, &of_lot.replace("applies for L in 2026-02", "applies in 2026-02"));
    let with = |more: &str| third.replace("30 days is", &format!("30 days {more} is"));
    holds(&with("counted again"), of_lot);
    refused("C024", &with("used up once credited"));
    refused("C022", &third.replace("on failed where", "on called where"));
}

/// A pool whose partners have rights of their own.
fn pool(right: &str, scenario: &str) -> String {
    format!(
        r#"contract P-1 "Pool"
parties {{ pool palletco "PalletCo"  many partner "Partner" {{ }} }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions {{
    conflicting records first known stays
    a repeated trigger  opens another
    attributes read     at the event
    an obligation on a transfer stays with who owed it
}}
asset pallet "Pallet" in lots from issued, oldest first {{ holder partner }}
event issued of pallet {{ holder partner }}
event moved of pallet {{ sender partner  holder partner }}
event broken, exchanged of pallet
define broken_ones per holder per month = count of broken
clause 1 "Exchange" {{
    obligation exchange : pool must have pallet exchanged within 5 days of broken
        first day not counted
        missed after 0 days
}}
clause 2 "Right" {{ {right} }}
scenario "s" {{
    2026-01-02 09:00 issued 10 pallet L {{ holder acme }}
    2026-01-03 09:00 moved 4 pallet L {{ sender acme, holder bravo }}
    2026-01-05 09:00 issued P1 {{ holder carl }}
    {scenario}
}}
"#
    )
}

#[test]
fn members_have_rights() {
    // Six of the lot are acme's and come first. The fifth and sixth break with one of bravo's, and carl's alone.
    let broken = "2026-02-02 09:00 broken 4 pallet L
    2026-02-03 09:00 broken 3 pallet L
    2026-02-04 09:00 broken P1
    expect clause 2 applies for acme in 2026-02
    expect clause 2 does not apply for bravo in 2026-02
    expect clause 2 does not apply for acme in 2026-03";
    for party in ["partner", "each partner", "holder"] {
        let right = format!("when broken_ones is at least 2, {party} may \"ask for a visit\"");
        holds_all(&pool(&right, broken));
    }
    // What happens to units of both gives each of them the right.
    let of_both = "2026-02-02 09:00 broken 7 pallet L
    expect clause 2 applies for acme in 2026-02
    expect clause 2 applies for bravo in 2026-02
    expect clause 2 does not apply for carl in 2026-02";
    holds_all(&pool("on broken, holder may \"have it exchanged\"", of_both));
    // It was carl's when the five days were over, on the 9th.
    let missed = "2026-02-04 09:00 broken P1
    2026-02-12 09:00 moved P1 { sender carl, holder dora }
    expect clause 2 applies for carl in 2026-02
    expect clause 2 does not apply for dora in 2026-02";
    holds_all(&pool("when exchange is missed, holder may \"buy another one\"", missed));
    let moved = "2026-02-12 09:00 moved P1 { sender carl, holder dora }
    expect clause 2 applies for carl in 2026-02
    expect clause 2 does not apply for dora in 2026-02";
    holds_all(&pool("on moved, moved.sender may \"ask for a receipt\"", moved));
}

#[test]
fn a_statement_says_which_member_has_a_right() {
    let text = pool("on moved, moved.sender may \"ask for a receipt\"", "expect clause 2 applies for acme in 2026-01");
    let feed = r#"{"id":"1","kind":"issued","asset":"P1","occurred":"2026-03-02T09:00:00Z","fields":{"holder":"acme"}}
{"id":"2","kind":"moved","asset":"P1","occurred":"2026-03-03T09:00:00Z","fields":{"sender":"acme","holder":"bravo"}}
"#;
    let folder = tempfile::tempdir().unwrap();
    let settings = "contracts = [\"a.consigne\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    for (name, text) in [("a.consigne", text.as_str()), ("events.jsonl", feed), ("consigne.toml", settings)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let told = succeeds(folder.path(), &["settle", "2026-03"]);
    assert!(told.contains("acme may “ask for a receipt”"), "{told}");
}
