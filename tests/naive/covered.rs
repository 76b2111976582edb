//! Random contracts hold every construct of the language: each rule of the grammar, other than those named here.

use std::collections::BTreeSet;

use pest::Parser as _;

use super::generate::Draft;
use super::shrink::fitted;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/words.pest"]
#[grammar = "../grammar/lexical.pest"]
#[grammar = "../grammar/expression.pest"]
#[grammar = "../grammar/contract.pest"]
struct Grammar;

/// What does not bear on what a contract comes to: rules that leave no trace, text that is read again to find a mistake,
/// comments and prose; scenarios, of which each in tests and in the reference is compared by `scenarios.rs`; and contracts
/// of several documents, which are one text before anything is checked. `in_paying_window` is refused (C137).
const ELSEWHERE: &str = "name_char named_hours reserved WHITESPACE COMMENT gap group_gap atom test base_opening option_opening
    percent_free_number unit_not_meant earlier change_opening sentence_opening scope_word verb wanted piece block inside opening broken broken_sentence
    sentence_head broken_step one_item one_sentence one_step prose prose_text
    kw_scenario scenario kw_assume assume assumption kw_recorded recorded_at kw_published kw_expect expect expect_clause
    expect_deposits expect_right expect_total expect_obligation expect_due expect_value kw_deposits_of kw_payment_from applies
    applies_not kw_total_of kw_with_tax kw_for_each for_each table_row step subject period year asset_id dated lot event_field
    moment out_open kw_due
    kw_library library kw_edition edition kw_use take_in filled kw_given given given_asset kw_precedence precedence
    this_contract document fact in_paying_window";

/// The rules that the text of a contract goes by.
fn rules(draft: &Draft) -> BTreeSet<String> {
    let text = draft.contract();
    let pairs = Grammar::parse(Rule::file, &text).unwrap();
    pairs.flatten().map(|pair| format!("{:?}", pair.as_rule())).collect()
}

#[test]
fn random_contracts_hold_every_construct() {
    let elsewhere: Vec<&str> = ELSEWHERE.split_whitespace().collect();
    let all: Vec<String> = Rule::all_rules().iter().map(|rule| format!("{rule:?}")).collect();
    let mut found: BTreeSet<String> = BTreeSet::new();
    for seed in 0..6_000 {
        let draft = Draft::new(seed);
        // Only what may hold something new is checked: what the checker refuses is left out.
        if rules(&draft).is_subset(&found) {
            continue;
        }
        let (draft, contract, _) = fitted(draft);
        if contract.is_some() {
            found.extend(rules(&draft));
        }
        if all.iter().all(|rule| found.contains(rule) || elsewhere.contains(&rule.as_str())) {
            break;
        }
    }
    let missing: Vec<&String> =
        all.iter().filter(|rule| !found.contains(*rule) && !elsewhere.contains(&rule.as_str())).collect();
    assert!(missing.is_empty(), "no random contract holds {missing:?}");
    let known: Vec<&&str> = elsewhere.iter().filter(|rule| found.contains(**rule)).collect();
    assert!(known.is_empty(), "random contracts hold {known:?}");
}
