//! The order of precedence of documents: what two of them say stands in the one that goes first.

use rustc_hash::FxHashMap;

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::closest;
use crate::check::checker::listed;
use crate::check::conventions::name_of;
use crate::check::documents::Taken;
use crate::syntax::tree::{Document, Item, Precedence};

/// What a document says something about: `clause 4.2`, `the convention month end`.
type Topic = (&'static str, String);

/// The items without what another document says before them. Where two say the same and no order is stated, that is an
/// error which names both places.
pub(super) fn without_double(
    taken: &[Taken<'_>],
    items: Vec<(usize, Item)>,
    precedence: Option<&Precedence>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Item> {
    let ranks = ranks(taken, precedence, found);
    let mut said: FxHashMap<Topic, Vec<(usize, Span)>> = FxHashMap::default();
    let mut order = Vec::new();
    for (document, item) in &items {
        for (topic, span) in topics(item) {
            let places = said.entry(topic.clone()).or_default();
            if places.is_empty() {
                order.push(topic);
            }
            if places.iter().all(|(known, _)| known != document) {
                places.push((*document, span));
            }
        }
    }
    let mut gone: Vec<(usize, Topic)> = Vec::new();
    for topic in order {
        let places = said.get(&topic).map(Vec::as_slice).unwrap_or_default();
        let ranked = places.iter().all(|(document, _)| ranks.contains(document));
        let rank = |document: usize| ranks.iter().position(|ranked| *ranked == document);
        let Some(first) = places.iter().map(|(document, _)| *document).min_by_key(|document| rank(*document)) else {
            continue;
        };
        if places.len() > 1 && !ranked {
            found.push(undecided(taken, &topic, places));
        }
        let lost = places.iter().filter(|(document, _)| *document != first);
        gone.extend(lost.map(|(document, _)| (*document, topic.clone())));
    }
    let kept = |document: usize, topic: &Topic| !gone.iter().any(|(lost, known)| *lost == document && known == topic);
    items.into_iter().filter_map(|(document, item)| remaining(item, &|topic| kept(document, topic))).collect()
}

/// The documents in their stated order.
fn ranks(taken: &[Taken<'_>], precedence: Option<&Precedence>, found: &mut Vec<Diagnostic>) -> Vec<usize> {
    let mut ranks = Vec::new();
    for named in precedence.map(|precedence| precedence.documents.as_slice()).unwrap_or_default() {
        let place = match &named.node {
            Document::This => Some(0),
            Document::Library(path) => taken.iter().position(|taken| taken.by.is_some_and(|by| by.path.node == *path)),
        };
        match place {
            Some(place) if ranks.contains(&place) => {
                let message = "a document stands twice in the order of precedence";
                found.push(Diagnostic::new(Code::C162, named.span, message).help("name each document once"));
            }
            Some(place) => ranks.push(place),
            None => found.push(unknown(taken, named.span, &named.node)),
        }
    }
    ranks
}

fn unknown(taken: &[Taken<'_>], span: Span, document: &Document) -> Diagnostic {
    let path = match document {
        Document::This => "this contract",
        Document::Library(path) => path,
    };
    let known: Vec<&str> = taken.iter().filter_map(|taken| taken.by.map(|by| by.path.node.as_str())).collect();
    let help = match closest(path, known.iter().copied()) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None if known.is_empty() => "the contract takes no document in".to_owned(),
        None => format!("taken in: {}", listed(&known)),
    };
    Diagnostic::new(Code::C162, span, format!("the contract does not take \"{path}\" in")).help(help)
}

fn undecided(taken: &[Taken<'_>], (what, name): &Topic, places: &[(usize, Span)]) -> Diagnostic {
    let own = |document: usize| taken.get(document).map(Taken::name).unwrap_or_default();
    // The contract's own place first: that is the file at hand.
    let mut places = places.to_vec();
    places.sort_unstable();
    let names: Vec<String> = places.iter().map(|(document, _)| own(*document)).collect();
    let at = places.first().map_or(Span::new(crate::base::span::SourceId(0), 0, 0), |(_, span)| *span);
    let message = format!("{what} {name} stands in {}", names.join(" and in "));
    let mut finding = Diagnostic::new(Code::C162, at, message).label(names.first().cloned().unwrap_or_default());
    for ((_, span), name) in places.iter().zip(&names).skip(1) {
        finding = finding.and_at(*span, name.clone());
    }
    let order = names.join(" before ");
    finding.help(format!("state which goes first, such as `precedence {order}`, or remove one of them"))
}

/// What an item says something about. Scenarios and frames are never said twice by two documents.
fn topics(item: &Item) -> Vec<(Topic, Span)> {
    let one = |what: &'static str, word: &crate::syntax::tree::Word| vec![((what, word.node.clone()), word.span)];
    match item {
        Item::Conventions(rows) => {
            rows.iter().map(|row| (("the convention", format!("`{}`", name_of(&row.node))), row.span)).collect()
        }
        Item::Asset(asset) => one("the asset", &asset.name),
        Item::Event(event) => event.names.iter().flat_map(|name| one("the event", name)).collect(),
        Item::Define(define) => one("the definition", &define.name),
        Item::Decide(decide) => decide.outputs.iter().flat_map(|output| one("the decision", output)).collect(),
        Item::Series(series) => one("the index", &series.name),
        Item::Indexation(indexation) => one("the indexation", &indexation.name),
        Item::Clause(clause) => one("clause", &clause.number),
        Item::Library(_)
        | Item::Use(_)
        | Item::Given(_)
        | Item::Precedence(_)
        | Item::Amendment(_)
        | Item::Contract(_)
        | Item::Parties(_)
        | Item::Term(_)
        | Item::Currency(_)
        | Item::Timezone(_)
        | Item::Settled(_)
        | Item::Scenario(_) => Vec::new(),
    }
}

/// What remains of an item.
fn remaining(item: Item, kept: &dyn Fn(&Topic) -> bool) -> Option<Item> {
    match item {
        Item::Conventions(mut rows) => {
            rows.retain(|row| kept(&("the convention", format!("`{}`", name_of(&row.node)))));
            Some(Item::Conventions(rows))
        }
        Item::Event(mut event) => {
            event.names.retain(|name| kept(&("the event", name.node.clone())));
            (!event.names.is_empty()).then_some(Item::Event(event))
        }
        Item::Library(_)
        | Item::Use(_)
        | Item::Given(_)
        | Item::Precedence(_)
        | Item::Amendment(_)
        | Item::Contract(_)
        | Item::Parties(_)
        | Item::Term(_)
        | Item::Currency(_)
        | Item::Timezone(_)
        | Item::Settled(_)
        | Item::Asset(_)
        | Item::Define(_)
        | Item::Decide(_)
        | Item::Series(_)
        | Item::Indexation(_)
        | Item::Clause(_)
        | Item::Scenario(_) => topics(&item).iter().all(|(topic, _)| kept(topic)).then_some(item),
    }
}
