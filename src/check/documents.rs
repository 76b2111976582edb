//! Several documents → one text: what a contract takes in, what templates leave open, which document goes first.
//!
//! Every item keeps the place where it stands, so that what is found later points into the right file.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::base::span::{SourceId, Span};
use crate::base::suggest::closest;
use crate::base::value::Kind;
use crate::check::checker::{Checker, listed};
use crate::check::contract::TermBody;
use crate::check::kinds::{agree, describe};
use crate::check::precedence::without_double;
use crate::syntax::tree::{
    Amendment, Change, Define, DefineBody, Expr, ExprNode, FieldKind, File, Given, GivenKind, Item, Library,
    Precedence, Use, Word,
};

/// How many documents may take each other in, one inside of the other.
const DEEPEST: usize = 16;

/// The files that can be taken in.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Their trees.
    pub files: FxHashMap<SourceId, Arc<File>>,
    /// What the `use` of a name in a text means.
    pub named: FxHashMap<(SourceId, String), SourceId>,
}

/// The texts that make up one contract.
#[derive(Clone, Copy, Debug)]
pub struct Documents<'a> {
    /// All texts.
    pub sources: &'a Sources,
    /// The contract's own text …
    pub main: SourceId,
    /// … and its tree.
    pub file: &'a File,
    /// What it may take in.
    pub shelf: &'a Shelf,
    /// Files of their own that amend it.
    pub amendments: &'a [&'a File],
}

/// The documents of a contract as one text.
#[derive(Debug, Default)]
pub(super) struct Together<'a> {
    /// All items.
    pub(super) file: File,
    /// What was found wrong.
    pub(super) found: Vec<Diagnostic>,
    /// Names left open for a party or an asset family, and what they are filled with.
    pub(super) aliases: Vec<(String, Word)>,
    /// Values left open, and the place of what fills them.
    pub(super) filled: Vec<(&'a Given, Span)>,
}

/// A document that was taken in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken<'a> {
    /// Its text.
    pub(super) source: SourceId,
    /// The `use` that took it in; `None` for the contract itself.
    pub(super) by: Option<&'a Use>,
}

impl Taken<'_> {
    /// The document in the reader's words.
    pub(super) fn name(&self) -> String {
        self.by.map_or_else(|| "this contract".to_owned(), |by| format!("\"{}\"", by.path.node))
    }
}

/// The documents while they are put together.
struct Assembly<'a> {
    documents: Documents<'a>,
    out: Together<'a>,
    taken: Vec<Taken<'a>>,
    items: Vec<(usize, Item)>,
    precedence: Option<&'a Precedence>,
    /// What fills each open name, in words.
    words: FxHashMap<String, String>,
}

/// Puts the documents of a contract together.
pub(super) fn together<'a>(documents: &Documents<'a>) -> Together<'a> {
    let mut assembly = Assembly {
        documents: *documents,
        out: Together::default(),
        taken: vec![Taken { source: documents.main, by: None }],
        items: Vec::new(),
        precedence: None,
        words: FxHashMap::default(),
    };
    assembly.items(0, documents.file, &mut vec![documents.main]);
    for file in documents.amendments {
        assembly.items(0, file, &mut vec![documents.main]);
    }
    let Assembly { mut out, taken, items, precedence, .. } = assembly;
    out.file.items = without_double(&taken, items, precedence, &mut out.found);
    out
}

impl<'a> Assembly<'a> {
    /// The items of a document; `inside` are the documents that are being taken in.
    fn items(&mut self, document: usize, file: &'a File, inside: &mut Vec<SourceId>) {
        let shared = document > 0;
        for item in &file.items {
            match item {
                Item::Use(used) => self.take(used, inside),
                Item::Library(_) | Item::Given(_) if shared => {}
                Item::Library(library) => {
                    let help = "take it in with `use` in a contract";
                    self.misplaced(library.title.span, "a library is no contract of its own", help);
                }
                Item::Given(given) => {
                    let help =
                        "give it a value with `define`, or begin the file with `library` to make a template of it";
                    self.misplaced(given.name.span, "a contract leaves nothing open", help);
                }
                Item::Precedence(precedence) if !shared => self.precedence(precedence),
                Item::Amendment(amendment) if !shared => self.amendment(amendment, item),
                Item::Scenario(_)
                | Item::Contract(_)
                | Item::Parties(_)
                | Item::Term(_)
                | Item::Currency(_)
                | Item::Timezone(_)
                | Item::Settled(_)
                | Item::Precedence(_)
                | Item::Amendment(_)
                    if shared =>
                {
                    self.out.found.extend(own_of_a_contract(item));
                }
                Item::Clause(clause) if shared => {
                    let mut clause = clause.clone();
                    if let Some(prose) = &mut clause.prose {
                        self.quote(prose, file);
                    }
                    self.items.push((document, Item::Clause(clause)));
                }
                Item::Contract(_)
                | Item::Parties(_)
                | Item::Term(_)
                | Item::Currency(_)
                | Item::Timezone(_)
                | Item::Settled(_)
                | Item::Precedence(_)
                | Item::Amendment(_)
                | Item::Conventions(_)
                | Item::Asset(_)
                | Item::Event(_)
                | Item::Define(_)
                | Item::Decide(_)
                | Item::Series(_)
                | Item::Indexation(_)
                | Item::Clause(_)
                | Item::Scenario(_) => self.items.push((document, item.clone())),
            }
        }
    }

    /// An amendment, and the vocabulary that it brings.
    fn amendment(&mut self, amendment: &Amendment, item: &Item) {
        for change in &amendment.changes {
            if let Change::New(new) = change {
                self.items.push((0, (**new).clone()));
            }
        }
        self.items.push((0, item.clone()));
    }

    fn misplaced(&mut self, span: Span, message: &str, help: &str) {
        self.out.found.push(Diagnostic::new(Code::C165, span, message).help(help));
    }

    fn precedence(&mut self, precedence: &'a Precedence) {
        if self.precedence.is_some() {
            let span = precedence.documents.first().map_or(Span::new(self.documents.main, 0, 0), |first| first.span);
            let twice = Diagnostic::new(Code::C012, span, "`precedence` is given a second time");
            self.out.found.push(twice.help("list all documents in one of them"));
        }
        self.precedence = Some(precedence);
    }

    /// Takes a document in.
    fn take(&mut self, used: &'a Use, inside: &mut Vec<SourceId>) {
        let path = &used.path;
        let key = (path.span.source, path.node.clone());
        // What is not there was reported where it was looked for.
        let Some(source) = self.documents.shelf.named.get(&key).copied() else { return };
        let Some(file) = self.documents.shelf.files.get(&source) else { return };
        let refused = |message: String| Diagnostic::new(Code::C161, path.span, message);
        if inside.contains(&source) {
            let circle = refused(format!("\"{}\" takes itself in", path.node));
            self.out.found.push(circle.help("remove one `use` of the circle"));
            return;
        }
        if inside.len() > DEEPEST {
            let deep = refused(format!("documents take each other in more than {DEEPEST} deep"));
            self.out.found.push(deep.help("take in fewer documents, or join some of them"));
            return;
        }
        let Some(library) = file.library() else {
            let none = refused(format!("\"{}\" is no library", path.node));
            self.out.found.push(none.help("a file that others take in begins with `library \"TITLE\"`"));
            return;
        };
        if let Some(first) = self.taken.iter().find(|taken| taken.source == source).and_then(|taken| taken.by) {
            self.again(first, used);
            return;
        }
        self.edition(used, library, file);
        self.fill(used, file);
        self.taken.push(Taken { source, by: Some(used) });
        let document = self.taken.len().saturating_sub(1);
        inside.push(source);
        self.items(document, file, inside);
        inside.pop();
    }

    /// A document that is taken in twice is there once, and must be the same both times.
    fn again(&mut self, first: &Use, used: &Use) {
        let words = |used: &Use| -> Vec<(String, String)> {
            let filled = used.with.iter().map(|(name, value)| (name.node.clone(), self.filled_words(value)));
            let mut all: Vec<_> = filled.collect();
            all.sort();
            all
        };
        let edition = |used: &Use| used.edition.as_ref().map(|word| word.node.clone());
        if words(first) != words(used) || edition(first) != edition(used) {
            let message = format!("\"{}\" is taken in twice, filled in two ways", used.path.node);
            self.out.found.push(
                Diagnostic::new(Code::C161, used.path.span, message)
                    .and_at(first.path.span, "first here")
                    .help("a document stands once in a contract: fill it in one way"),
            );
        }
    }

    fn edition(&mut self, used: &Use, library: &Library, file: &File) {
        let path = &used.path;
        let conditions = file.items.iter().any(|item| matches!(item, Item::Clause(_)));
        match (&library.edition, &used.edition) {
            (Some(own), Some(asked)) if own.node != asked.node => {
                let message = format!(
                    "\"{}\" is the edition {}, but the contract is made for {}",
                    path.node, own.node, asked.node
                );
                self.out.found.push(
                    Diagnostic::new(Code::C161, asked.span, message)
                        .and_at(own.span, "the edition of the text that is there")
                        .help("take in the file of the edition that was agreed"),
                );
            }
            (None, Some(asked)) => {
                let message = format!("\"{}\" states no edition", path.node);
                let help = "remove the edition here, or state it behind `library`";
                self.out.found.push(Diagnostic::new(Code::C161, asked.span, message).help(help));
            }
            (Some(own), None) if conditions => self.out.found.push(
                Diagnostic::new(
                    Code::C163,
                    path.span,
                    format!("\"{}\" has editions, and it is not said which one was agreed", path.node),
                )
                .and_at(own.span, "the edition of the text that is there")
                .answer(
                    format!("edition {}", own.node),
                    "the text that is there; another one put in its place is refused",
                )
                .answer("another edition", "the file of that edition is taken in instead")
                .help(format!("write `use \"{}\" edition {}`", path.node, own.node)),
            ),
            (Some(_), Some(_) | None) | (None, None) => {}
        }
    }

    /// Fills what a library leaves open.
    fn fill(&mut self, used: &'a Use, file: &'a File) {
        let givens: Vec<&'a Given> = file
            .items
            .iter()
            .filter_map(|item| if let Item::Given(given) = item { Some(given) } else { None })
            .collect();
        let names: Vec<&str> = givens.iter().map(|given| given.name.node.as_str()).collect();
        for (place, (name, _)) in used.with.iter().enumerate() {
            let path = &used.path.node;
            let twice = used.with.iter().take(place).any(|(known, _)| known.node == name.node);
            let (message, help) = if twice {
                (format!("`{}` is filled twice", name.node), "fill it once".to_owned())
            } else if names.contains(&name.node.as_str()) {
                continue;
            } else if names.is_empty() {
                (format!("\"{path}\" leaves nothing open"), "remove `with` and what follows it".to_owned())
            } else {
                let meant = closest(&name.node, names.iter().copied());
                let open = format!("it leaves open {}", listed(&names));
                let help = meant.map_or(open, |meant| format!("did you mean `{meant}`?"));
                (format!("\"{path}\" does not leave `{}` open", name.node), help)
            };
            self.out.found.push(Diagnostic::new(Code::C164, name.span, message).help(help));
        }
        for given in givens {
            match used.with.iter().find(|(name, _)| name.node == given.name.node) {
                Some((name, value)) => self.filled(given, name, value),
                None => self.open(used, given),
            }
        }
    }

    fn open(&mut self, used: &Use, given: &Given) {
        let name = &given.name.node;
        let example = example(&given.kind.node);
        self.out.found.push(
            Diagnostic::new(Code::C164, used.path.span, format!("`{name}` is left open and not filled"))
                .and_at(given.name.span, "left open here")
                .help(format!("write `use \"{}\" with {name} {example}`", used.path.node)),
        );
    }

    fn filled(&mut self, given: &'a Given, name: &Word, value: &Expr) {
        let words = self.filled_words(value);
        let known = self.words.insert(given.name.node.clone(), words);
        if known.is_some() {
            let message = format!("two documents leave `{}` open", name.node);
            let help = "one of the two libraries gives it another name";
            self.out.found.push(Diagnostic::new(Code::C164, name.span, message).help(help));
            return;
        }
        let stands_for_name = matches!(&given.kind.node, GivenKind::Asset | GivenKind::Value(FieldKind::Party));
        if stands_for_name {
            if let ExprNode::Name(meant) = &*value.node {
                let alias = self.out.aliases.iter().find(|(known, _)| known == meant);
                let meant = alias.map_or_else(|| meant.clone(), |(_, meant)| meant.node.clone());
                self.out.aliases.push((given.name.node.clone(), Word { node: meant, span: value.span }));
            } else {
                let message = format!("`{}` is filled with a name", name.node);
                let help = format!("write the name of {}", example(&given.kind.node));
                self.out.found.push(Diagnostic::new(Code::C164, value.span, message).help(help));
            }
            return;
        }
        self.out.filled.push((given, value.span));
        let document = self.taken.len();
        let define = Define {
            name: Word { node: given.name.node.clone(), span: name.span },
            per: Vec::new(),
            body: DefineBody::Value(value.clone()),
            options: Vec::new(),
        };
        self.items.push((document, Item::Define(define)));
    }

    /// A value in the words of the text; an open name of the document around it is filled in turn.
    fn filled_words(&self, value: &Expr) -> String {
        let text = self.documents.sources.text_of(value.span);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.words.get(&words).cloned().unwrap_or(words)
    }

    /// Puts what fills the open names in where the prose quotes them: `{fee}`.
    fn quote(&mut self, prose: &mut Word, file: &File) {
        let is_template = file.items.iter().any(|item| matches!(item, Item::Given(_)));
        if !is_template {
            return;
        }
        let mut out = String::with_capacity(prose.node.len());
        let mut rest = prose.node.as_str();
        let mut unknown = Vec::new();
        while let Some((before, inner)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, after)) = inner.split_once('}') else {
                out.push('{');
                rest = inner;
                continue;
            };
            let own = file
                .items
                .iter()
                .any(|item| if let Item::Given(given) = item { given.name.node == name.trim() } else { false });
            match self.words.get(name.trim()).filter(|_| own) {
                Some(words) => out.push_str(words),
                None if own => {}
                None => unknown.push(name.trim().to_owned()),
            }
            rest = after;
        }
        out.push_str(rest);
        prose.node = out;
        for name in unknown {
            let message = format!("the prose quotes `{{{name}}}`, which is not left open");
            let help = format!("add `given {name} TYPE`, or correct the name");
            self.out.found.push(Diagnostic::new(Code::C164, prose.span, message).help(help));
        }
    }
}

/// What a library holds that is for a contract to say.
#[must_use]
pub fn misplaced_in_library(file: &File) -> Vec<Diagnostic> {
    file.items.iter().filter_map(own_of_a_contract).collect()
}

fn own_of_a_contract(item: &Item) -> Option<Diagnostic> {
    let (word, span) = match item {
        Item::Scenario(scenario) => ("scenario", scenario.title.span),
        Item::Contract(heading) => ("contract", heading.id.span),
        Item::Parties(parties) => ("parties", parties.named.first()?.role.span),
        Item::Term(term) => ("term", term.from.span),
        Item::Currency(word) => ("currency", word.span),
        Item::Timezone(word) => ("timezone", word.span),
        Item::Settled(settled) => ("settled", settled.span),
        Item::Precedence(precedence) => ("precedence", precedence.documents.first()?.span),
        Item::Amendment(amendment) => ("amendment", amendment.span),
        Item::Library(_)
        | Item::Use(_)
        | Item::Given(_)
        | Item::Conventions(_)
        | Item::Asset(_)
        | Item::Event(_)
        | Item::Define(_)
        | Item::Decide(_)
        | Item::Series(_)
        | Item::Indexation(_)
        | Item::Clause(_) => return None,
    };
    let message = format!("a library holds no `{word}`: that is for the contract to say");
    Some(Diagnostic::new(Code::C165, span, message).help("move it to the contract"))
}

/// What a name left open could be filled with.
fn example(kind: &GivenKind) -> &'static str {
    match kind {
        GivenKind::Asset => "an asset family of the contract",
        GivenKind::Value(kind) => match kind {
            FieldKind::Number => "3",
            FieldKind::Percentage => "98.5%",
            FieldKind::Money => "42.00 EUR",
            FieldKind::Duration => "10 hours",
            FieldKind::Date => "2026-03-15",
            FieldKind::Instant => "an instant",
            FieldKind::Text => "\"a text\"",
            FieldKind::Flag => "yes",
            FieldKind::Party | FieldKind::Member(_) => "a party of the contract",
            FieldKind::Count(_) => "a number",
            FieldKind::Choice(_) => "one of its words",
        },
    }
}

impl Checker<'_> {
    /// Checks, when all definitions are known, that what fills an open name is of the type that it was given.
    pub(super) fn check_filled(&mut self, filled: &[(&Given, Span)]) {
        for (given, span) in filled {
            let name = &given.name.node;
            let GivenKind::Value(kind) = &given.kind.node else { continue };
            let wanted = self.field_kind(kind);
            let Some(term) = self.find_term(name) else { continue };
            let Some(found) = self.terms.get(term.index()).map(|term| kind_of(&term.body)) else { continue };
            let is_time = matches!((kind, &found), (FieldKind::Duration, Some(Kind::Quantity(_))));
            if is_time || found.as_ref().is_some_and(|found| agree(found, &wanted)) {
                continue;
            }
            let is = found.as_ref().map_or_else(|| "a state or a measure".to_owned(), describe);
            self.report(
                Diagnostic::new(Code::C164, *span, format!("`{name}` is {} and cannot be {is}", describe(&wanted)))
                    .and_at(given.kind.span, "its type")
                    .help(format!("write a value such as `{}`", example(&given.kind.node))),
            );
        }
    }

    /// Whether names left open for a party or an asset family are filled with one.
    pub(super) fn check_aliases(&mut self) -> bool {
        let missing =
            |(alias, _): &&(String, Word)| self.find_party(alias).is_none() && self.find_family(alias).is_none();
        let unknown: Vec<(String, Word)> = self.aliases.iter().filter(missing).cloned().collect();
        for (alias, meant) in &unknown {
            let message = format!("there is no party and no asset family `{}` to stand for `{alias}`", meant.node);
            self.wrong::<()>(Code::C164, meant.span, message, "name one that the contract declares");
        }
        unknown.is_empty()
    }
}

fn kind_of(body: &TermBody) -> Option<Kind> {
    match body {
        TermBody::Value(value) => Some(value.kind.clone()),
        TermBody::Unit(_, unit) => Some(Kind::Quantity(unit.clone())),
        TermBody::State(_) | TermBody::Measure(_) => None,
    }
}
