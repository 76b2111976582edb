//! Decision tables and cards: what is proved of them, with the case that shows what fails.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::support::checked;

const FRAME: &str = r#"
contract T-1 "Tables"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions { conflicting records first known stays  rounded to 0.01 half up on each line }
asset pump "Pump" { list_price money  commissioned date  model text }
event inspected of pump {
    grade (A, B, C)  safe yes or no  repair_cost money  pages count of page  work duration  score number  share percentage
    made date
}
define age = time since commissioned
"#;

/// The findings about a table, each with its code, without those about what no scenario shows.
fn findings(table: &str) -> Vec<String> {
    let result = checked(&format!("{FRAME}\n{table}"));
    let shown = |finding: &&consigne::base::diagnostic::Diagnostic| !["C080", "C082"].contains(&finding.code.as_str());
    let told = result.diagnostics.iter().filter(shown);
    told.map(|finding| format!("{} {}", finding.code.as_str(), finding.message)).collect()
}

fn table(policy: &str, columns: &str, rows: &[&str]) -> Vec<String> {
    let rows: Vec<String> = rows.iter().map(|row| format!("    {row}\n")).collect();
    findings(&format!("decide way of pump on inspected = {policy} by {columns} {{\n{}}}\n", rows.concat()))
}

/// A first-match table of one column whose cells leave one piece out.
#[track_caller]
fn gap(column: &str, cells: &[&str], shown: &str) {
    let rows: Vec<String> = cells.iter().map(|cell| format!("| {cell} | => x |")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let expected = if shown.is_empty() {
        Vec::new()
    } else {
        vec![format!("C180 an inspected pump with {column} {shown} takes no row")]
    };
    assert_eq!(table("first match", column, &rows), expected);
}

#[test]
fn a_gap_is_shown_by_a_value_of_the_column() {
    gap("grade", &["A", "C"], "B");
    gap("safe", &["yes"], "no");
    gap("repair_cost", &["< 10.00 EUR", "> 10.00 EUR"], "10.00 EUR");
    gap("repair_cost", &["up to 10.00 EUR", "from 20.00 EUR"], "11.00 EUR");
    gap("repair_cost", &["up to 10.00 EUR", "from 10.01 EUR"], "10.001 EUR");
    gap("repair_cost", &["from 0.00 EUR"], "-1.00 EUR");
    gap("score", &["<= 1", ">= 1.5"], "1.1");
    gap("share", &["below 20%", "above 20%"], "20%");
    gap("age", &["< 3 years", "from 5 years"], "3 years");
    gap("age", &["<= 30 months", "from 5 years"], "31 months");
    gap("work", &["up to 90 minutes", "above 2 hours"], "91 minutes");
    gap("made", &["< 2026-03-02", "> 2026-03-02"], "2026-03-02");
    gap("model", &["\"X\"", "\"Y\""], "other than those listed");
    gap("model", &["not \"X\""], "\"X\"");
}

#[test]
fn what_cannot_be_is_no_gap() {
    // Between two days is none, pages are counted in whole numbers, and nothing is older than new.
    gap("made", &["up to 2026-03-01", "from 2026-03-02"], "");
    gap("pages", &["up to 5", "from 6"], "");
    gap("age", &["from 0 years below 3 years", "from 3 years"], "");
    gap("work", &["from 0 hours"], "");
    gap("share", &["up to 20%", "above 20%"], "");
    gap("grade", &["A, B", "not A, B"], "");
}

#[test]
fn only_the_columns_that_matter_are_shown() {
    let found = table(
        "first match",
        "safe, grade, age",
        &["| no | - | - | => a |", "| - | A, B | - | => b |", "| - | C | < 6 years | => c |"],
    );
    assert_eq!(found, ["C180 an inspected pump with safe yes, grade C, age 6 years takes no row"]);
    let ratio = table(
        "any match",
        "grade, repair_cost / list_price",
        &["| A, B | - | => b |", "| C | <= 20% | => c |", "| C | above 35% | => d |"],
    );
    assert_eq!(ratio, ["C180 an inspected pump with grade C, repair_cost / list_price 21% takes no row"]);
}

#[test]
fn one_match_lets_no_two_rows_apply() {
    let found =
        table("one match", "grade, score", &["| A, B | <= 5 | => a |", "| B, C | >= 5 | => b |", "otherwise => c"]);
    let case = "an inspected pump with grade B, score 5 takes this row and row 1";
    assert_eq!(found, [format!("C181 {case}: `one match` lets only one apply")]);
    assert!(
        table("one match", "grade, score", &["| A, B | < 5 | => a |", "| B, C | >= 5 | => b |", "otherwise => c"])
            .is_empty()
    );
}

#[test]
fn any_match_lets_rows_apply_that_agree() {
    let rows = ["| A | - | => a |", "| - | no | => a |", "| not A | yes | => b |"];
    assert!(table("any match", "grade, safe", &rows).is_empty());
    let found = table("any match", "grade, safe", &["| A | - | => a |", "| - | no | => b |", "| not A | yes | => b |"]);
    let case = "an inspected pump with grade A, safe no takes this row and row 1";
    assert_eq!(found, [format!("C181 {case}: they decide differently")]);
    // The last row is within the two others, which decide the same.
    let found = table("any match", "grade, safe", &["| A | - | => a |", "| not A | - | => a |", "| - | no | => a |"]);
    assert_eq!(found, ["C083 row 3 adds nothing: other rows decide all of its cases, and the same"]);
}

#[test]
fn best_by_lets_rows_of_one_rank_apply_that_agree_or_lose() {
    let best = |rows: &[&str]| {
        let rows: Vec<String> = rows.iter().map(|row| format!("    {row}\n")).collect();
        findings(&format!(
            "decide way, rank of pump on inspected = best by rank by grade, safe {{\n{}}}\n",
            rows.concat()
        ))
    };
    let found = best(&["| A | - | => a, 1 |", "| - | no | => b, 1 |", "| - | - | => c, 9 |"]);
    let case = "an inspected pump with grade A, safe no takes this row and row 1";
    assert_eq!(found, [format!("C181 {case}: they have the same rank and decide differently")]);
    // Both of rank 2 apply to A and no, but there a row of rank 1 does too.
    let rows = ["| A | - | => a, 2 |", "| - | no | => b, 2 |", "| A | no | => c, 1 |", "| - | - | => d, 9 |"];
    assert!(best(&rows).is_empty());
    let found = best(&["| - | - | => a, 1 |", "| A | no | => b, 2 |"]);
    assert_eq!(found, ["C083 row 2 can never decide: the rows before it take all of its cases"]);
}

#[test]
fn a_row_that_several_rows_cover_together_never_decides() {
    let rows = ["| A, B | - | => a |", "| - | yes | => b |", "| C | no | => c |", "| - | no | => d |"];
    assert_eq!(
        table("first match", "grade, safe", &rows),
        ["C083 row 4 can never decide: the rows before it take all of its cases"]
    );
    let found = table("first match", "score", &["| <= 5 | => a |", "| > 5 | => b |", "| from 4 below 6 | => c |"]);
    assert_eq!(found, ["C083 row 3 can never decide: the rows before it take all of its cases"]);
    let found = table("first match", "score", &["| > 5 < 3 | => a |", "| - | => b |"]);
    assert_eq!(found, ["C083 row 1 can never apply: no value is within all of its cells"]);
}

#[test]
fn a_column_that_no_row_asks_for() {
    let found = table("first match", "grade, safe", &["| A | - | => a |", "| not A | - | => b |"]);
    assert_eq!(found, ["C083 no row asks for `safe`"]);
}

#[test]
fn columns_of_the_same_value_are_one() {
    // Taken apart, an age of 7 years and a time since commissioning of 1 year would take no row.
    let rows = ["| < 5 years | - | => a |", "| - | >= 5 years | => b |"];
    assert!(table("first match", "age, time since commissioned", &rows).is_empty());
}

#[test]
fn columns_that_depend_on_each_other_give_no_certain_case() {
    let rows = ["| up to 100.00 EUR | up to 10% | => a |", "| above 100.00 EUR | - | => b |"];
    let found = table("first match", "repair_cost, repair_cost / list_price", &rows);
    let case = "an inspected pump with repair_cost 0.00 EUR, repair_cost / list_price 11% may take no row";
    assert_eq!(found, [format!("C084 {case}")]);
}

#[test]
fn the_condition_of_the_event_leaves_cases_out() {
    let only =
        "decide way of pump on inspected where grade in (A, B) and score is at least 3 = first match by grade, score {
        | A | - | => a |  | B | < 3 | => b |  | B | >= 3 | => c | }";
    assert_eq!(findings(only), ["C083 row 2 can never apply: no value is within all of its cells"]);
    let not = "decide way of pump on inspected where not grade is C = first match by grade { | A, B | => a | }";
    assert!(findings(not).is_empty());
    // The condition tests something of which no column is made.
    let other = "decide way of pump on inspected where safe is yes = first match by grade { | A, B | => a | }";
    assert_eq!(findings(other), ["C180 an inspected pump with grade C takes no row"]);
    // The condition tests a column in a way that is not followed.
    let odd =
        "decide way of pump on inspected where grade is A or safe is yes = first match by grade { | A, B | => a | }";
    assert_eq!(findings(odd), ["C084 an inspected pump with grade C may take no row"]);
}

#[test]
fn what_is_collected_may_be_nothing() {
    assert!(table("collect count", "grade", &["| A | => 1 |"]).is_empty());
}

#[test]
fn otherwise_decides_what_no_row_takes() {
    for policy in ["first match", "one match", "any match", "collect list"] {
        let text = format!(
            "{FRAME}
decide way of pump on inspected = {policy} by grade {{ | A | => a |  otherwise => b }}
decide left of pump on inspected = {policy} by grade {{ | A | => a |  otherwise => no decision }}
scenario \"s\" {{
    2026-03-02 09:00 inspected P1 {{ grade A, safe yes, repair_cost 0.00 EUR, pages 0 page, work 1 hour, score 1, share 1%, made 2026-01-01 }}
    2026-03-02 09:00 inspected P2 {{ grade B, safe yes, repair_cost 0.00 EUR, pages 0 page, work 1 hour, score 1, share 1%, made 2026-01-01 }}
    expect way of P1 = a
    expect way of P2 = b
    expect left of P1 = a
}}"
        );
        let result = checked(&text);
        assert!(result.refusals().is_empty(), "{}", result.listing());
        let outcome = crate::support::trials(&result.contract.unwrap());
        assert!(outcome.iter().all(|trial| trial.failures.is_empty()), "{policy}: {outcome:?}");
    }
}

/// A table of a thousand rows and eight columns: each takes a piece of the first three, ten by ten by ten of them.
fn thousand(policy: &str, last: &str) -> String {
    let mut text = format!(
        "decide way of pump on inspected = {policy} by score, repair_cost, age, grade, safe, work, share, pages {{\n"
    );
    for row in 0..1000 {
        let (a, b, c) = (row / 100, row / 10 % 10, row % 10);
        let cell = |piece: i32, unit: &str| match piece {
            0 => format!("< 10{unit}"),
            9 => format!(">= 90{unit}"),
            piece => format!(">= {piece}0{unit} < {}0{unit}", piece + 1),
        };
        let (grade, safe) = if c == 3 { ("A, B, C", "yes, no") } else { ("-", "-") };
        writeln!(
            text,
            "| {} | {} | {} | {grade} | {safe} | - | - | - | => x{row} |",
            cell(a, ""),
            cell(b, " EUR"),
            cell(c, " months")
        )
        .unwrap();
    }
    text.push_str(last);
    text.push_str("}\n");
    text
}

#[test]
fn a_table_of_a_thousand_rows_is_proved_quickly() {
    let start = Instant::now();
    let idle: Vec<String> =
        ["work", "share", "pages"].map(|column| format!("C083 no row asks for `{column}`")).to_vec();
    assert_eq!(findings(&thousand("one match", "")), idle);
    assert_eq!(findings(&thousand("first match", "")), idle);
    let mut covered = idle.clone();
    covered.push("C083 row 1001 can never decide: the rows before it take all of its cases".to_owned());
    assert_eq!(findings(&thousand("first match", "| - | >= 5 EUR | - | B | - | - | - | - | => last |")), covered);
    let open = thousand("first match", "").replace("< 10 EUR", "< 9.99 EUR");
    let open = findings(&open);
    assert_eq!(open.first().unwrap(), "C180 an inspected pump with repair_cost 9.99 EUR takes no row");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn a_tangled_table_is_proved_or_said_to_be_too_large() {
    let (start, mut open_ends) = (Instant::now(), 0);
    let mut seed: u32 = 7;
    let mut next = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % below
    };
    for (policy, asked) in [("first match", 2), ("first match", 4), ("first match", 6), ("one match", 8)] {
        let columns = "score, repair_cost, age, grade, safe, work, share, pages";
        let mut text = format!("decide way of pump on inspected = {policy} by {columns} {{\n");
        for row in 0..1000 {
            for (column, unit) in ["", " EUR", " months", "", "", " hours", "%", ""].into_iter().enumerate() {
                let cell = match (next(8) < asked, column) {
                    (false, _) => "-".to_owned(),
                    (true, 3) => ["A", "B", "C"][next(3) as usize].to_owned(),
                    (true, 4) => ["yes", "no"][next(2) as usize].to_owned(),
                    (true, _) if next(2) == 0 => format!("< {}{unit}", 20 + next(70)),
                    (true, _) => format!(">= {}{unit}", 10 + next(70)),
                };
                write!(text, "| {cell} ").unwrap();
            }
            writeln!(text, "| => x{row} |").unwrap();
        }
        text.push_str("otherwise => rest\n}\n");
        let found = findings(&text);
        assert!(found.iter().all(|finding| finding.starts_with(if policy == "one match" { "C181" } else { "C08" })));
        // Without the last row a gap is found, or there is none, or it is said that it was not looked for to the end.
        let open = findings(&text.replace("otherwise => rest", ""));
        let told = |finding: &String| finding.starts_with("C180") || finding.contains("is too large to prove");
        open_ends += open.iter().filter(|finding| told(finding)).count();
    }
    assert!(open_ends >= 2, "{open_ends}");
    // The work is bounded by a count, not by a clock: this only tells a hang from a slow machine.
    assert!(start.elapsed() < Duration::from_secs(180), "{:?}", start.elapsed());
}

/// What is wrong with the bands of a price by a number of pages, score or share.
fn bands(kind: &str, rows: &str) -> Vec<String> {
    let define = match kind {
        "pages" => "total of inspected.pages",
        "share" => "share of (inspected where safe is yes), empty : nothing due",
        _ => "total of inspected.score",
    };
    findings(&format!(
        "define number per month = {define}\nclause 1 \"Bands\" {{ provider pays by number {{ {rows} }} as price reduction }}"
    ))
}

#[test]
fn bands_are_shown_the_number_that_takes_none_or_two() {
    let price = "1.00 EUR";
    let gap = bands("score", &format!("up to 2 : nothing  above 3 up to 10 : {price}  above 10 : {price}"));
    assert_eq!(gap, ["C030 2.1 takes no band"]);
    let gap = bands("pages", &format!("up to 2 : nothing  above 3 up to 10 : {price}  above 10 : {price}"));
    assert_eq!(gap, ["C030 3 page takes no band"]);
    assert!(bands("pages", &format!("up to 2 : nothing  from 3 up to 10 : {price}  above 10 : {price}")).is_empty());
    let two = bands("share", &format!("up to 98% : nothing  from 98% up to 99% : {price}  above : {price}"));
    assert_eq!(two, ["C030 98% takes two bands"]);
    let beyond = bands("share", &format!("from 90% : {price}  from 80% : nothing"));
    assert_eq!(beyond, ["C030 0% takes no band"]);
    let beyond = bands("score", &format!("below 3 : nothing  up to 5 : {price}"));
    assert_eq!(beyond, ["C030 6 takes no band"]);
}

#[test]
fn cards_are_shown_the_values_that_take_no_row_or_two() {
    let card = |columns: &str, rows: &str| {
        findings(&format!(
            "clause 1 \"Card\" {{ on inspected, provider pays by {columns} {{ {rows} }} per pump as fee }}"
        ))
    };
    let one = "1.00 EUR";
    let gap = card("grade, safe", &format!("when A ; - : {one}  when B, C ; yes : {one}  when B ; no : {one}"));
    assert_eq!(gap, ["C030 grade C, safe no takes no row"]);
    let two = card("grade, safe", &format!("when A ; - : {one}  when - ; no : {one}  otherwise : {one}"));
    assert_eq!(two, ["C030 grade A, safe no takes this row and another one"]);
    let other = card("model", &format!("when \"X\" : {one}  when \"Y\" : {one}"));
    assert_eq!(other, ["C030 model other than those listed takes no row"]);
    assert!(card("grade, safe", &format!("when A ; - : {one}  when B, C ; yes, no : {one}")).is_empty());
}
