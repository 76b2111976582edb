//! The matcher that pest makes of `grammar/`.

use pest_derive::Parser;

/// The matcher.
#[derive(Parser, Debug)]
#[grammar = "../grammar/words.pest"]
#[grammar = "../grammar/lexical.pest"]
#[grammar = "../grammar/expression.pest"]
#[grammar = "../grammar/contract.pest"]
pub(super) struct Grammar;
