//! Several documents: what a contract takes in, what templates leave open, editions, precedence.

use crate::support::{Checked, checked_with, consigne, succeeds};

const FRAME: &str = "parties { provider medloop \"MedLoop SAS\"  customer chu \"CHU de Nantes\" }\n\
    term 2026-01-01 to 2026-12-31\ncurrency EUR\ntimezone Europe/Paris\nsettled monthly, netted\n\
    conventions { conflicting records first known stays }\n";

fn contract(rest: &str) -> String {
    format!("contract D-1 \"Documents\"\n{FRAME}{rest}")
}

/// The codes of what refuses a contract, with the text that each points at.
fn refused(result: &Checked) -> Vec<(String, String)> {
    let refusals = result.refusals().into_iter();
    refusals
        .map(|finding| (finding.code.as_str().to_owned(), result.sources.text_of(finding.primary.span).to_owned()))
        .collect()
}

fn is(found: &[(String, String)], wanted: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> = found.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
    assert_eq!(found, wanted);
}

/// Scenarios must pass.
fn passes(text: &str, library: &[(&str, &str)]) {
    let result = checked_with(text, library);
    assert!(result.refusals().is_empty(), "{}", result.listing());
    let trials = crate::support::trials(result.contract.as_ref().unwrap());
    assert!(!trials.is_empty(), "no scenario runs");
    for trial in trials {
        assert!(trial.failures.is_empty(), "{}: {:?}", trial.title, trial.failures);
    }
}

const LIGHTING: &str = r#"
library "Lighting as a service"
given fee money
given target percentage
given lamp asset
given supplier party
event installed of lamp
define promised = target
clause 3 "Fee" {
    """The customer pays {fee} for each lamp; {target} of them shine."""
    on installed, customer pays fee to supplier per lamp as price
}
"#;

#[test]
fn a_template_is_filled() {
    let text = contract(
        r#"
        asset street_lamp "Street lamp" { }
        use "templates/lighting" with fee 42.00 EUR, target 98.5%, lamp street_lamp, supplier provider
        scenario "two lamps" {
            2026-03-02 09:00 installed L1
            2026-03-03 09:00 installed L2
            expect clause 3 in 2026-03 = 84.00 EUR
        }"#,
    );
    passes(&text, &[("templates/lighting", LIGHTING)]);
    let result = checked_with(&text, &[("templates/lighting", LIGHTING)]);
    let prose = result.contract.unwrap().clauses[0].prose.clone().unwrap();
    assert_eq!(prose, "The customer pays 42.00 EUR for each lamp; 98.5% of them shine.");
}

#[test]
fn everything_open_is_filled_and_nothing_else() {
    let library = [("templates/lighting", LIGHTING)];
    let filled = |with: &str| {
        let text = contract(&format!("asset street_lamp {{ }}\nuse \"templates/lighting\" {with}"));
        refused(&checked_with(&text, &library))
    };
    let path = "\"templates/lighting\"";
    is(
        &filled("with fee 42.00 EUR, targte 98.5%, lamp street_lamp, supplier provider"),
        &[("C164", path), ("C164", "targte")],
    );
    is(&filled("with fee 42.00 EUR, lamp street_lamp, supplier provider"), &[("C164", path)]);
    is(&filled("with fee 42.00 EUR, target 98.5%, lamp street_lamp, supplier provider, fee 3 EUR"), &[("C164", "fee")]);
    is(&filled("with fee 42.00 EUR, target 98.5 EUR, lamp street_lamp, supplier provider"), &[("C164", "98.5 EUR")]);
    is(&filled("with fee 42.00 EUR, target 98.5%, lamp street_lamp, supplier carrier"), &[("C164", "carrier")]);
}

#[test]
fn what_a_library_gets_wrong_points_into_the_library() {
    let library = [("terms", "library \"Terms\"\nclause 2 \"Fee\" { customer pays fee as price }")];
    let result = checked_with(&contract("use \"terms\""), &library);
    let refusals = result.refusals();
    assert_eq!(result.sources.place(refusals[0].primary.span), "terms.consigne:2");
    let broken = [("terms", "library \"Terms\"\nclause 2 \"Fee\" { customer pays }")];
    let result = checked_with(&contract("use \"terms\""), &broken);
    assert_eq!(result.sources.place(result.refusals()[0].primary.span), "terms.consigne:2");
}

#[test]
fn documents_that_are_not_there_or_go_round_in_a_circle() {
    let one = "library \"One\"\nuse \"two\"\nevent failed";
    let two = "library \"Two\"\nuse \"one\"";
    let library = [("one", one), ("two", two), ("none", "event failed")];
    let refused = |used: &str| refused(&checked_with(&contract(used), &library));
    is(&refused("use \"three\""), &[("C160", "\"three\"")]);
    is(&refused("use \"/etc/passwd\""), &[("C160", "\"/etc/passwd\"")]);
    is(&refused("use \"\""), &[("C160", "\"\"")]);
    is(&refused("use \"one\""), &[("C161", "\"one\"")]);
    is(&refused("use \"none\""), &[("C161", "\"none\"")]);
}

#[test]
fn documents_taken_in_too_deep_are_refused() {
    let texts: Vec<(String, String)> = (0..40)
        .map(|place| (format!("d{place}"), format!("library \"D\"\nuse \"d{}\"", place + 1)))
        .chain([("d40".to_owned(), "library \"D\"".to_owned())])
        .collect();
    let library: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    is(&refused(&checked_with(&contract("use \"d0\""), &library)), &[("C161", "\"d16\"")]);
}

#[test]
fn a_document_taken_in_twice_stands_once() {
    let words = "library \"Words\"\nasset crate { }\nevent delivered of crate";
    let hire = "library \"Hire\"\nuse \"words\"\nclause 2 \"Hire\" { on delivered, customer pays 2.00 EUR per crate as price }";
    let text = contract(
        "use \"words\"\nuse \"hire\"\nscenario \"one\" { 2026-03-02 delivered C1\n expect clause 2 in 2026-03 = 2.00 EUR }",
    );
    passes(&text, &[("words", words), ("hire", hire)]);
    let open = "library \"Words\"\ngiven fee money\ndefine doubled = 2 * fee";
    let two = contract("use \"words\" with fee 3 EUR\nuse \"words\" with fee 4 EUR\ndefine f = fee");
    is(&refused(&checked_with(&two, &[("words", open)])), &[("C161", "\"words\"")]);
}

const CONDITIONS: &str = r#"
library "Conditions" edition 2021-04
event delivered
conventions { month end last day }
clause 14 "Delay" { on delivered, provider pays 5.00 EUR as indemnity }
clause 15 "Tests" { on delivered, customer pays 1.00 EUR as fee }
"#;

#[test]
fn general_conditions_are_taken_in_by_edition() {
    let library = [("conditions", CONDITIONS)];
    let with = |used: &str| refused(&checked_with(&contract(used), &library));
    is(&with("use \"conditions\""), &[("C163", "\"conditions\"")]);
    is(&with("use \"conditions\" edition 2009-01"), &[("C161", "2009-01")]);
    is(&with("use \"conditions\" edition 2021-04"), &[]);
    let plain = [("conditions", "library \"Conditions\"\nevent delivered")];
    is(&refused(&checked_with(&contract("use \"conditions\" edition 2021"), &plain)), &[("C161", "2021")]);
}

#[test]
fn two_documents_that_say_the_same_need_an_order() {
    let library = [("conditions", CONDITIONS)];
    let rest = r#"
        use "conditions" edition 2021-04
        clause 14 "Delay, special" { on delivered, provider pays 7.00 EUR as indemnity }
        scenario "late" {
            2026-03-02 09:00 delivered
            expect clause 14 in 2026-03 = AMOUNT
            expect clause 15 in 2026-03 = 1.00 EUR
        }"#;
    let result = checked_with(&contract(rest).replace("AMOUNT", "7.00 EUR"), &library);
    let refusals = result.refusals();
    is(&refused(&result), &[("C162", "14")]);
    let places: Vec<String> = refusals[0].secondary.iter().map(|label| result.sources.place(label.span)).collect();
    assert_eq!(places, ["conditions.consigne:5"]);
    let first = format!("{rest}\nprecedence this contract before \"conditions\"");
    passes(&contract(&first).replace("AMOUNT", "7.00 EUR"), &library);
    let last = format!("{rest}\nprecedence \"conditions\" before this contract");
    passes(&contract(&last).replace("AMOUNT", "5.00 EUR"), &library);
    let unknown = format!("{rest}\nprecedence this contract before \"condition\"");
    let unknown = contract(&unknown).replace("AMOUNT", "7.00 EUR");
    is(&refused(&checked_with(&unknown, &library)), &[("C162", "14"), ("C162", "\"condition\"")]);
}

#[test]
fn a_convention_of_a_library_is_an_answer_and_can_be_overridden() {
    let library = [("conditions", CONDITIONS)];
    let twice = "conventions { month end next day }\nuse \"conditions\" edition 2021-04";
    is(&refused(&checked_with(&contract(twice), &library)), &[("C162", "month end next day")]);
    let ranked = format!("{twice}\nprecedence this contract before \"conditions\"");
    is(&refused(&checked_with(&contract(&ranked), &library)), &[]);
}

#[test]
fn each_thing_in_its_document() {
    let library = [("terms", "library \"Terms\"\ncurrency EUR\nevent failed\nscenario \"none\" { }")];
    is(&refused(&checked_with(&contract("use \"terms\""), &library)), &[("C165", "EUR"), ("C165", "\"none\"")]);
    is(&refused(&checked_with(&contract("given fee money\nevent failed"), &[])), &[("C165", "fee")]);
}

/// A workspace whose contract takes a library in that lies in the workspace folder, not beside it.
fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("consigne.toml", "contracts = [\"contracts\"]\n[[feed]]\npath = \"feed.jsonl\"\n");
    write(
        "templates/fee.consigne",
        "library \"Fee\"\ngiven fee money\nclause 3 \"Fee\" { on failed, customer pays fee as price }\n",
    );
    write("contracts/shared.consigne", "library \"Shared\"\nevent failed\n");
    write("contracts/one.consigne", &contract("use \"shared\"\nuse \"templates/fee\" with fee 4.00 EUR\n"));
    let event = "{\"id\":\"e1\",\"contract\":\"D-1\",\"kind\":\"failed\",\"occurred\":\"2026-03-02T08:00:00Z\"}\n";
    write("feed.jsonl", event);
    folder
}

#[test]
fn files_are_found_beside_the_contract_and_in_the_workspace_folder() {
    let folder = workspace();
    let settled = || {
        let text = succeeds(folder.path(), &["settle", "2026-03", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let of = |place: &str| json.pointer(place).and_then(serde_json::Value::as_str).unwrap().to_owned();
        (of("/statements/0/periods/0/lines/0/amount"), of("/statements/0/text"))
    };
    let (amount, before) = settled();
    assert_eq!(amount, "4");
    // The digest that a statement names covers every text.
    let edited = "library \"Shared\"\nevent failed, moved\n";
    std::fs::write(folder.path().join("contracts/shared.consigne"), edited).unwrap();
    assert_ne!(settled().1, before);
}

#[test]
fn a_mistake_in_a_library_is_told_once_by_its_file() {
    let folder = workspace();
    std::fs::write(folder.path().join("contracts/two.consigne"), contract("use \"shared\"").replace("D-1", "D-2"))
        .unwrap();
    std::fs::write(folder.path().join("contracts/shared.consigne"), "library \"Shared\"\nevent failed of pump\n")
        .unwrap();
    let output = consigne(folder.path(), &["check"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success());
    assert_eq!(text.matches("contracts/shared.consigne:2:17").count(), 1, "{text}");
}

#[test]
fn the_conditions_of_public_supply() {
    let text = |days: &str, of_april: &str| {
        let rest = format!(
            r#"
            asset order {{ worth money }}
            event ordered, delivered of order
            use "std/ccag-fcs-2021" edition 2021-04
                with buyer customer, supplier provider, late_value worth, contract_price 40 000.00 EUR
            clause 5 "Delivery" {{
                obligation deliver : provider must have order delivered within 30 days of ordered
                    first day not counted
                    missed after 300 days
            }}
            scenario "late" {{
                assume worth of O1 = 20 000.00 EUR
                2026-03-02 09:00 ordered O1
                {days} 09:00 delivered O1
                expect clause 14.1 = {of_april}
            }}"#
        );
        contract(&rest).replace(
            "conflicting records first",
            "rounded to 0.01 half up on each line  a repeated trigger changes nothing  lateness is paid as it accrues  conflicting records first",
        )
    };
    // Due on 1 April. A thousandth of 20 000 EUR is 20.00 EUR a day: 50 days are 1 000 EUR and exempt, 51 are 1 020 EUR.
    passes(&text("2026-05-21", "0.00 EUR"), &[]);
    passes(&text("2026-05-22", "1 020.00 EUR"), &[]);
    // 210 days would be 4 200 EUR; a tenth of 40 000 EUR is 4 000 EUR.
    passes(&text("2026-10-28", "4 000.00 EUR"), &[]);
}

#[test]
fn the_conditions_of_public_supply_of_2009_revise_penalties() {
    let text = |day: &str, amount: &str| {
        let rest = format!(
            r#"
            asset order {{ worth money }}
            event ordered, delivered of order
            index costs "An index of costs" monthly
            indexation price_revision {{
                coefficient costs[service] / costs[2025-12]
                not rounded
                may fall
                provisional : wait
                missing     : held
            }}
            use "std/ccag-fcs-2009" edition 2009-01 with supplier provider, late_value worth
            clause 5 "Delivery" {{
                obligation deliver : provider must have order delivered within 29 days of ordered
                    first day not counted
                    missed after 300 days
            }}
            scenario "late" {{
                assume worth of O1 = 42 000.00 EUR
                assume costs in 2025-12 = 100.0, 2026-01 = 101.2, 2026-02 = 103.0, 2026-03 = 104.1, 2026-04 = 106.6, 2026-05 = 110.0
                2026-03-02 09:00 ordered O1
                {day} 09:00 delivered O1
                expect clause 14.1 = {amount}
            }}"#
        );
        contract(&rest).replace(
            "conflicting records first",
            "rounded to 0.01 half up on each line  a repeated trigger changes nothing  lateness is paid as it accrues  conflicting records first",
        )
    };
    // Due on 31 March. A thousandth of 42 000 EUR is 42.00 EUR a day, in April 42 × 1.066 = 44.772 EUR. Six days are
    // 268.63 EUR and exempt, seven are 313.40 EUR.
    passes(&text("2026-04-06", "0.00 EUR"), &[]);
    passes(&text("2026-04-07", "313.40 EUR"), &[]);
    // 30 × 44.772 = 1 343.16 EUR, and two days of May at 42 × 1.1 = 46.20 EUR more.
    passes(&text("2026-04-30", "1 343.16 EUR"), &[]);
    passes(&text("2026-05-02", "1 435.56 EUR"), &[]);
    // What the conditions take from the contract is never guessed.
    let unrevised = text("2026-04-30", "1 343.16 EUR").replace("indexation price_revision", "indexation prices");
    is(&refused(&checked_with(&unrevised, &[])), &[("C010", "price_revision")]);
}
