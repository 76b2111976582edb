//! What people read: statements, explanations and findings, as they stand on the screen. The figures in them are
//! those of `expected/`, derived by hand.

use insta::assert_snapshot;

use crate::support::{checked, root, succeeds};

fn settled(sample: &str, period: &str) -> String {
    let text = succeeds(&root().join("contracts").join(sample), &["settle", period]);
    // The first line holds the digest of the text, which changes with every edit of it.
    text.lines().skip(1).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_statement() {
    assert_snapshot!(settled("power-by-the-hour", "2013-01"), @r#"
  customer   United Air Lines, Inc.
  provider   Skyline Engines Inc.

Settlement 2013-01  (2013-01-01 to 2013-01-31)
  clause  title         quantity  rate        amount  nature           paid by
  2       Flight hours   7 hours        2 695.00 USD  price            customer
  3       Punctuality                      53.90 USD  price reduction  provider

  customer owes provider: 2 641.10 USD, payable within 30 days

  Key figures
    hours             7 hours
    punctuality           80%
    completion     ≈ 0.833333
  `total of flown.air_time`: 1 occurrence lacks a value and adds nothing

Evidence: 10 lines read: 9 used, 1 not for any contract
  1 of all lines name no asset
"#);
}

#[test]
fn a_statement_with_a_cap_and_an_obligation() {
    assert_snapshot!(settled("availability", "2026-02"), @r#"
  customer   CHU de Nantes
  provider   MedLoop SAS

Settlement 2026-02  (2026-02-01 to 2026-02-28)
  clause  title                                            quantity       rate      amount  nature           paid by
  3.1     Monthly fee                           2.3214 pump × month  42.00 EUR   98.48 EUR  price            customer
  4.3     Bonus                                                                   0.98 EUR  bonus            customer
  4.5     Limit of liability (contract year 1)                                  -14.62 EUR  price reduction  provider
  6.1     Take-back                                 3 business days              37.88 EUR  indemnity        provider

  customer owes provider: 76.20 EUR, payable within 30 days

  Indices
    labour from 2026-01-01: 1.01
      labour_cost 2025-10 = 123.1
      labour_cost 2025-09 = 121.7
      rounded to 0.001 upward: ≈ 1.009778143 becomes 1.01

  Key figures
    downtime            0 working hours
    committed       471.5 working hours
    availability                   100%

Obligations
  clause  obligation  asset  opened            until       done              stands
  6.1     collect     P2     2026-02-02 09:00  2026-02-16  2026-02-19 11:00  late by 3 business days

Evidence: 8 lines read: 8 used
  register: 3 rows read, 3 used
  index values: 3 rows read, 3 used
"#);
}

#[test]
fn a_cap_explained() {
    let folder = root().join("contracts/availability");
    assert_snapshot!(succeeds(&folder, &["explain", "clause", "4.5", "2026-03"]), @r#"
Clause 4.5 Limit of liability  (contract.consigne:83)
  “The credits and indemnities of a contract year are at most 15 % of its fees, after indexation.”

contract year 1 (2026-01-01 to 2026-12-31)
  charged under it so far: 42.12 EUR  [contract.consigne:85]
  clause 3.1 charges 268.16 EUR
  15% of 268.16 = 40.224
  rounded to 0.01 half up: 40.224 becomes 40.22 EUR
  at most 40.22 EUR: 40.22 EUR  [contract.consigne:85]
  difference: -1.90 EUR  [contract.consigne:85]
  of this, -14.62 EUR belongs to earlier periods  [contract.consigne:85]
  = 12.72 EUR
"#);
}

#[test]
fn a_question() {
    let text = std::fs::read_to_string(root().join("contracts/availability/contract.consigne")).unwrap();
    let result = checked(&text.replace("per business day commenced", "per business day"));
    assert_snapshot!(consigne::render::text(&result.sources, &result.diagnostics, false), @r#"
error[C041]: clause 6.1 charges "per business day" without saying how a part of one counts
   ┌─ contract.consigne:96:42
   │
96 │     provider pays 12.50 EUR per pump per business day
   │                                          ^^^^^^^^^^^^ an asset 3 days and 5 hours late would pay
   │
   = commenced   4 × 12.50 = 50.00 EUR
   = completed   3 × 12.50 = 37.50 EUR
   = pro rata    3.5 × 12.50 = 43.75 EUR (5 hours are half of a day of 10 working hours)
   = help: write `per business day commenced`, `completed` or `pro rata`
"#);
}
