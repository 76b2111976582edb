//! How long one decision by a table takes beside the crate `zen-engine`; answers are compared before anything is measured.
//!
//! `cargo run --release --manifest-path benches/peers/zen/Cargo.toml`. The other side has its tables compiled, traces nothing
//! and is asked with values that were made before; amounts are whole cents and days whole numbers, which it compares fastest.

#[path = "../../../tables/own.rs"]
mod own;
#[path = "../../../tables/mod.rs"]
mod tables;

use std::hint::black_box;
use std::time::{Duration, Instant};

use consigne::evaluate::Computed;
use serde_json::{Map, Value, json};
use own::{each, least, planned, row, texts, values};
use tables::{CENTS, DAYS, Form, Machine, PAGES, Table};
use tokio::runtime::Runtime;
use zen_engine::{Decision, DecisionEngine, Variable};
use zen_engine::model::DecisionContent;

/// How many runs are counted; the sides take turns.
const RUNS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    println!("{:<9} {:>6} {:>10} {:>10} {:>8} {:>9}", "table", "rows", "own", "zen", "ratio", "zen built");
    for form in Form::ALL {
        for size in [10, 100, 1_000, 10_000] {
            one(&runtime, form, size);
        }
    }
}

/// One decision by a table.
fn one(runtime: &Runtime, form: Form, size: usize) {
    let table = Table::of(form, size);
    let own = planned(&table);
    let content: DecisionContent = serde_json::from_value(model(&table)).unwrap();
    let start = Instant::now();
    let mut zen = DecisionEngine::default().create_decision(content.into()).unwrap();
    zen.compile();
    let built = start.elapsed();
    let machines: Vec<Machine> = (0..200).map(|number| table.machine(number)).collect();
    let texts: Vec<[String; 2]> = machines.iter().map(texts).collect();
    let asked: Vec<Vec<Computed<'_>>> =
        machines.iter().zip(&texts).map(|(machine, texts)| values(form, machine, texts)).collect();
    let contexts: Vec<Value> = machines.iter().zip(&texts).map(|(machine, texts)| context(machine, texts)).collect();
    for ((machine, values), context) in machines.iter().zip(&asked).zip(&contexts) {
        let expected = table.row_by_row(machine);
        assert_eq!(row(&own, values), expected, "{form:?} {machine:?}");
        let found = runtime.block_on(zen.evaluate(context.clone().into())).unwrap().result.to_value();
        assert_eq!(found["row"].as_f64(), Some(expected as f64), "{form:?} {machine:?} {found}");
    }
    let (mut by_own, mut by_zen) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        by_own.push(each(asked.len(), |place| row(&own, black_box(&asked[place]))));
        by_zen.push(runtime.block_on(by_other(&zen, &contexts)));
    }
    let (by_own, by_zen) = (least(&mut by_own), least(&mut by_zen));
    let ratio = by_zen.as_secs_f64() / by_own.as_secs_f64();
    println!("{:<9} {size:>6} {by_own:>10.0?} {by_zen:>10.0?} {ratio:>8.0} {built:>9.0?}", form.name());
}

/// The time of one question to the other side.
async fn by_other(zen: &Decision, contexts: &[Value]) -> Duration {
    let asked: Vec<Variable> = contexts.iter().map(|context| context.clone().into()).collect();
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_millis(60) {
        for context in &asked {
            black_box(zen.evaluate(black_box(context.clone())).await.unwrap());
            count += 1;
            if start.elapsed() > Duration::from_secs(2) {
                break;
            }
        }
    }
    start.elapsed() / count
}

fn context(machine: &Machine, [model, site]: &[String; 2]) -> Value {
    let Machine { cents, pages, made, served, .. } = *machine;
    json!({ "model": model, "site": site, "cost": cents, "pages": pages, "made": made, "served": served })
}

/// The table in the other side's form.
fn model(table: &Table) -> Value {
    let columns = table.form.columns();
    let inputs: Vec<Value> =
        columns.iter().map(|name| json!({ "id": name, "name": name, "field": name, "type": "expression" })).collect();
    let within = |field: i64, size: i64| format!("[{}..{})", field * size, (field + 1) * size);
    let rules = table.rows.iter().enumerate().map(|(place, [a, b, c])| {
        let cells = match table.form {
            Form::Equality => vec![format!("\"M{a}\""), format!("\"S{b}\"")],
            Form::Numbers => vec![within(*a, CENTS), within(*b, PAGES)],
            Form::Dates => vec![within(*a, DAYS), within(*b, DAYS)],
            Form::Mixed => vec![format!("\"M{a}\""), within(*b, CENTS), within(*c, DAYS)],
        };
        let mut rule: Map<String, Value> =
            columns.iter().zip(cells).map(|(name, cell)| ((*name).to_owned(), Value::from(cell))).collect();
        rule.insert("_id".to_owned(), format!("r{place}").into());
        rule.insert("row".to_owned(), (place + 1).to_string().into());
        Value::from(rule)
    });
    let otherwise = json!({ "_id": "otherwise", "row": "0" });
    let table = json!({
        "hitPolicy": "first",
        "inputs": inputs,
        "outputs": [{ "id": "row", "name": "row", "field": "row", "type": "expression" }],
        "rules": rules.chain([otherwise]).collect::<Vec<Value>>(),
    });
    json!({
        "nodes": [
            { "id": "in", "name": "in", "type": "inputNode", "content": {} },
            { "id": "table", "name": "table", "type": "decisionTableNode", "content": table },
            { "id": "out", "name": "out", "type": "outputNode", "content": {} },
        ],
        "edges": [
            { "id": "1", "sourceId": "in", "targetId": "table" },
            { "id": "2", "sourceId": "table", "targetId": "out" },
        ],
    })
}
