//! Drafts that check accepts, and disagreements made small.

use std::fmt::Write as _;

use consigne::base::time::Instant;
use consigne::check::contract::Contract;
use serde_json::Value as Json;

use super::engine::engine;
use super::generate::Draft;
use super::{Outcome, reference};

/// A draft without the pieces that check refuses, its contract, and how many were refused with which codes.
pub(crate) fn fitted(mut draft: Draft) -> (Draft, Option<Contract>, Vec<String>) {
    let mut refused = Vec::new();
    loop {
        let text = draft.contract();
        let checked = crate::support::checked(&text);
        if let Some(contract) = checked.contract {
            return (draft, Some(contract), refused);
        }
        let mut end = text.len() - draft.pieces.iter().map(|piece| piece.text.len() + 1).sum::<usize>();
        let ends: Vec<usize> = draft
            .pieces
            .iter()
            .map(|piece| {
                end += piece.text.len() + 1;
                end
            })
            .collect();
        let first =
            checked.refusals().first().map(|finding| (finding.code, finding.primary.span, finding.message.clone()));
        let place = first.as_ref().and_then(|(_, span, _)| ends.iter().position(|end| (span.start as usize) < *end));
        let in_head = first.as_ref().is_some_and(|(_, span, _)| {
            (span.start as usize) < text.len() - draft.pieces.iter().map(|piece| piece.text.len() + 1).sum::<usize>()
        });
        let (Some(place), Some((code, _, message)), false) = (place, first, in_head) else {
            refused.push(format!("the frame: {}", checked.listing()));
            return (draft, None, refused);
        };
        let piece = draft.pieces.remove(place);
        refused.push(format!("{} {message}: {}", code.as_str(), piece.text));
    }
}

/// Where the two evaluators differ; nothing where they agree or the reference does not know the contract.
pub(crate) fn differs(draft: &Draft) -> Option<(Contract, Outcome, Vec<String>)> {
    let contract = crate::support::checked(&draft.contract()).contract?;
    let case = draft.case();
    let told = reference(&contract, &case).ok()?;
    let differences = engine(&contract, &case).differences(&told);
    (!differences.is_empty()).then_some((contract, told, differences))
}

/// The smallest draft found that still differs.
pub(crate) fn shrunk(draft: &Draft) -> Draft {
    let mut small = draft.clone();
    loop {
        let before = (small.pieces.len(), small.events.len(), small.rows.len(), small.frame.conventions.len());
        drop_each(
            &mut small,
            |draft| draft.events.len(),
            |draft, place| {
                draft.events.remove(place);
            },
        );
        drop_each(
            &mut small,
            |draft| draft.pieces.len(),
            |draft, place| {
                draft.pieces.remove(place);
            },
        );
        drop_each(
            &mut small,
            |draft| draft.rows.len(),
            |draft, place| {
                draft.rows.remove(place);
            },
        );
        drop_each(
            &mut small,
            |draft| draft.indices.len(),
            |draft, place| {
                draft.indices.remove(place);
            },
        );
        drop_each(
            &mut small,
            |draft| draft.frame.conventions.len(),
            |draft, place| {
                draft.frame.conventions.remove(place);
            },
        );
        let without = Draft { as_of: None, ..small.clone() };
        if differs(&without).is_some() {
            small = without;
        }
        plainer(&mut small);
        if before == (small.pieces.len(), small.events.len(), small.rows.len(), small.frame.conventions.len()) {
            return small;
        }
    }
}

fn drop_each(small: &mut Draft, count: impl Fn(&Draft) -> usize, drop: impl Fn(&mut Draft, usize)) {
    for place in (0..count(small)).rev() {
        let mut less = small.clone();
        drop(&mut less, place);
        if differs(&less).is_some() {
            *small = less;
        }
    }
}

/// Settings and amounts of a plain kind, where the difference stays.
fn plainer(small: &mut Draft) {
    for (zone, settled) in [("UTC", "monthly"), ("Europe/Paris", "monthly")] {
        let mut plain = small.clone();
        plain.frame.zone = zone;
        plain.frame.settled = settled;
        if differs(&plain).is_some() {
            *small = plain;
            break;
        }
    }
    for place in 0..small.pieces.len() {
        let mut plain = small.clone();
        plain.pieces[place].text = plain.pieces[place].text.replace("99999999999.99 EUR", "1.00 EUR");
        if plain.pieces[place].text != small.pieces[place].text && differs(&plain).is_some() {
            *small = plain;
        }
    }
}

/// A disagreement as a contract with a scenario that expects what the reference says.
pub(crate) fn printed(draft: &Draft) -> String {
    let Some((contract, told, differences)) = differs(draft) else { return "it does not differ any more".to_owned() };
    let mut out = draft.contract();
    out.push_str("scenario \"the reference\" {\n");
    for line in &draft.events {
        let Ok(event) = serde_json::from_str::<Json>(line) else { continue };
        let at = event["occurred"].as_str().and_then(Instant::parse_rfc3339).unwrap_or_default();
        let when = contract.zone.local_text(at);
        let text = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
        let units = event["quantity"].as_i64().map(|units| format!("{units} pump ")).unwrap_or_default();
        let fields: Vec<String> = event["fields"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("{name} {}", value.as_str().unwrap_or_default()))
            .collect();
        let fields = if fields.is_empty() { String::new() } else { format!(" {{ {} }}", fields.join(", ")) };
        let _ = writeln!(out, "    {when} {} {units}{}{fields}", text("kind"), text("asset"));
    }
    for (line, amount) in &told.lines {
        let (period, rest) = line.split_once(' ').unwrap_or_default();
        let clause = rest.split(':').next().unwrap_or_default();
        let group = rest.split_once(" for ").map(|(_, group)| format!(" for {group}")).unwrap_or_default();
        let month: String = period.chars().take(7).collect();
        let _ = writeln!(out, "    expect {clause}{group} in {month} = {amount} EUR");
    }
    out.push_str("}\n");
    let _ = writeln!(out, "register:\n{}", draft.case().register);
    if !draft.indices.is_empty() {
        let _ = writeln!(out, "indices:\n{}", draft.indices.join("\n"));
    }
    let _ = writeln!(
        out,
        "feed{}:\n{}",
        draft.as_of.map(|at| format!(", known at {at}")).unwrap_or_default(),
        draft.events.join("\n")
    );
    let _ = writeln!(out, "differences:\n  {}", differences.join("\n  "));
    out
}
