//! Arithmetic, comparisons and logic: which kinds go together and what comes out.

use crate::base::code::Code;
use crate::base::span::Span;
use crate::base::value::{Comparison, Kind};
use crate::base::vocabulary::{Beyond, Operator};
use crate::check::checker::Checker;
use crate::check::contract::TermBody;
use crate::check::kinds::{agree, describe, is_pure, is_quantity};
use crate::check::value::{Node, Value};
use crate::check::values::{Context, value_of};
use crate::syntax::tree::{Expr, ExprNode, Test};

impl Checker<'_> {
    /// Arithmetic, comparisons and logic.
    #[expect(clippy::wildcard_enum_match_arm, reason = "`value` sends only these here")]
    pub(super) fn operation(&mut self, expr: &Expr, context: &Context) -> Option<Value> {
        let span = expr.span;
        let plain = Context { expected: None, ..context.clone() };
        match &*expr.node {
            ExprNode::Negated(inner) => {
                let value = self.number(inner, context)?;
                let kind = value.kind.clone();
                Some(value_of(Node::Negated(value), kind, span))
            }
            ExprNode::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right, span, &plain),
            ExprNode::Beyond(which, left, right) => self.beyond(*which, left, right, span, &plain),
            ExprNode::Is { left, negated, test } => self.comparison(left, *negated, test, span, &plain),
            ExprNode::Not(inner) => {
                let value = self.condition(inner, &plain)?;
                Some(value_of(Node::Not(value), Kind::Flag, span))
            }
            ExprNode::And(parts) => Some(value_of(Node::And(self.conditions(parts, &plain)?), Kind::Flag, span)),
            ExprNode::Or(parts) => Some(value_of(Node::Or(self.conditions(parts, &plain)?), Kind::Flag, span)),
            _ => None,
        }
    }

    fn conditions(&mut self, parts: &[Expr], context: &Context) -> Option<Vec<Value>> {
        let checked: Vec<Option<Value>> = parts.iter().map(|part| self.condition(part, context)).collect();
        checked.into_iter().collect()
    }

    /// A value that can be computed with.
    pub(super) fn number(&mut self, expr: &Expr, context: &Context) -> Option<Value> {
        let value = self.value(expr, context)?;
        if is_quantity(&value.kind) {
            return Some(value);
        }
        let message = format!("this is {} and cannot be computed with", describe(&value.kind));
        self.wrong(Code::C020, expr.span, message, "a number, amount or time is needed here")
    }

    fn arithmetic(
        &mut self,
        operator: Operator,
        left: &Expr,
        right: &Expr,
        span: Span,
        context: &Context,
    ) -> Option<Value> {
        let (a, b) = (self.number(left, context), self.number(right, context));
        let (a, b) = (a?, b?);
        let kind = match operator {
            Operator::Plus | Operator::Minus => self.sum_kind(operator, &a, &b, span)?,
            Operator::Times => self.product_kind(&a, &b, span)?,
            Operator::Over => self.quotient_kind(&a, &b, span)?,
        };
        Some(value_of(Node::Arithmetic(operator, a, b), kind, span))
    }

    fn sum_kind(&mut self, operator: Operator, a: &Value, b: &Value, span: Span) -> Option<Kind> {
        let sign = if operator == Operator::Plus { "+" } else { "-" };
        if is_pure(&a.kind) && is_pure(&b.kind) {
            let percentage = a.kind == Kind::Percentage || b.kind == Kind::Percentage;
            return Some(if percentage { Kind::Percentage } else { Kind::Number });
        }
        if a.kind == b.kind {
            return Some(a.kind.clone());
        }
        let message = format!("`{sign}` between {} and {}", describe(&a.kind), describe(&b.kind));
        self.wrong(Code::C021, span, message, "kinds of time and currencies never mix: state both in one unit")
    }

    fn product_kind(&mut self, a: &Value, b: &Value, span: Span) -> Option<Kind> {
        if is_pure(&a.kind) {
            let both = a.kind == Kind::Percentage && b.kind == Kind::Percentage;
            return Some(if is_pure(&b.kind) && !both { Kind::Number } else { b.kind.clone() });
        }
        if is_pure(&b.kind) {
            return Some(a.kind.clone());
        }
        let message = format!("`*` between {} and {}", describe(&a.kind), describe(&b.kind));
        self.wrong(
            Code::C021,
            span,
            message,
            "multiply by a number; a rate for a quantity is written `pays RATE per UNIT for QUANTITY`",
        )
    }

    fn quotient_kind(&mut self, a: &Value, b: &Value, span: Span) -> Option<Kind> {
        if is_pure(&b.kind) {
            return Some(if is_pure(&a.kind) { Kind::Number } else { a.kind.clone() });
        }
        if agree(&a.kind, &b.kind) {
            return Some(Kind::Percentage);
        }
        let message = format!("`/` between {} and {}", describe(&a.kind), describe(&b.kind));
        self.wrong(Code::C021, span, message, "divide by a number, or by a quantity in the same unit")
    }

    fn beyond(&mut self, which: Beyond, left: &Expr, right: &Expr, span: Span, context: &Context) -> Option<Value> {
        let a = self.number(left, context)?;
        let b = self.value_like(right, &a.kind, context)?;
        let kind = a.kind.clone();
        Some(value_of(Node::Beyond(which, a, b), kind, span))
    }

    fn comparison(&mut self, left: &Expr, negated: bool, test: &Test, span: Span, context: &Context) -> Option<Value> {
        if let Test::Outcome(_) = test {
            let counts = matches!(&*left.node, ExprNode::Of(..));
            let help = if counts {
                let words = self.words(span);
                let (word, counted) = words.split_once(" of ").unwrap_or(("count", words.as_str()));
                format!("put how it ended in parentheses: `{word} of ({counted})`")
            } else {
                "how an obligation stands opens a sentence: `when collect is missed, provider pays …`".to_owned()
            };
            return self.wrong(Code::C022, span, "an obligation is asked by what opens a sentence".to_owned(), help);
        }
        let a = self.value(left, context)?;
        self.refuse_same(&a, test, context)?;
        let node = match test {
            Test::Equal(right) => {
                let b = self.value_like(right, &a.kind, context)?;
                let comparison = if negated { Comparison::NotEqual } else { Comparison::Equal };
                return Some(value_of(Node::Compare(comparison, a, b), Kind::Flag, span));
            }
            Test::AtLeast(right) => self.ordered(Comparison::AtLeast, a, right, context)?,
            Test::AtMost(right) => self.ordered(Comparison::AtMost, a, right, context)?,
            Test::Above(right) => self.ordered(Comparison::Above, a, right, context)?,
            Test::Below(right) => self.ordered(Comparison::Below, a, right, context)?,
            Test::Present => self.presence(a, false)?,
            Test::Absent => self.presence(a, true)?,
            Test::In(list) => {
                let mut values = Vec::new();
                for item in list {
                    values.push(self.value_like(item, &a.kind, context)?);
                }
                Node::In(a, values)
            }
            Test::Outcome(_) => return None,
        };
        let value = value_of(node, Kind::Flag, span);
        Some(if negated { value_of(Node::Not(value), Kind::Flag, span) } else { value })
    }

    /// Refuses to compare a value with itself: an attribute already has the value that the event at hand sets.
    fn refuse_same(&mut self, a: &Value, test: &Test, context: &Context) -> Option<()> {
        let (Test::Equal(right) | Test::AtLeast(right) | Test::AtMost(right) | Test::Above(right) | Test::Below(right)) =
            test
        else {
            return Some(());
        };
        let plain = matches!(&*right.node, ExprNode::Name(_) | ExprNode::Member(..));
        if !plain || self.find_same(a, right, context) != Some(true) {
            return Some(());
        }
        let help = "both sides are the same value; an attribute that the event sets has its new value here already: carry the old one in a field of its own";
        self.wrong(Code::C022, right.span, "a value is compared with itself".to_owned(), help)
    }

    fn find_same(&mut self, a: &Value, right: &Expr, context: &Context) -> Option<bool> {
        let before = self.found.len();
        let b = self.value(right, &context.expecting(&a.kind));
        // What is wrong with it is told when it is checked in its place.
        self.found.truncate(before);
        let set = |kind: crate::base::ids::KindId, field, attribute| {
            let kind = self.kinds.get(kind.index());
            kind.is_some_and(|kind| kind.sets.contains(&(field, attribute)))
        };
        Some(match (&*a.node, &*b?.node) {
            (Node::Field(kind, field), Node::Attribute(_, attribute))
            | (Node::Attribute(_, attribute), Node::Field(kind, field)) => set(*kind, *field, *attribute),
            (one, other) => one == other,
        })
    }

    fn ordered(&mut self, comparison: Comparison, a: Value, right: &Expr, context: &Context) -> Option<Node> {
        if !(is_quantity(&a.kind) || matches!(a.kind, Kind::Date | Kind::Instant)) {
            let message = format!("this is {} and has no order", describe(&a.kind));
            return self.wrong(Code::C020, a.span, message, "compare it with `is` or `in ( … )`");
        }
        let b = self.value_like(right, &a.kind, context)?;
        Some(Node::Compare(comparison, a, b))
    }

    fn presence(&mut self, a: Value, absent: bool) -> Option<Node> {
        let may_miss = self.optional_value(&a.node).is_some() || matches!(*a.node, Node::Attribute(..));
        if !may_miss {
            let help =
                "only a field declared `optional`, an attribute, or what is decided on some events only can be absent";
            return self.wrong(Code::C020, a.span, "this is always present".to_owned(), help);
        }
        let span = a.span;
        let present = Node::Present(a);
        Some(if absent { Node::Not(value_of(present, Kind::Flag, span)) } else { present })
    }

    /// `p% of x`, an aggregate, `by x { … } of y`.
    pub(super) fn of(&mut self, left: &Expr, right: &Expr, span: Span, context: &Context) -> Option<Value> {
        if let ExprNode::Percentile(rank) = &*left.node {
            return self.percentile(rank, right, span, context);
        }
        if let ExprNode::Name(word) = &*left.node {
            let is_value = self.defines.contains_key(word.as_str());
            if !is_value {
                return self.aggregate(word, left.span, right, span, context);
            }
        }
        let a = self.number(left, &Context { expected: Some(Kind::Percentage), ..context.clone() })?;
        if !is_pure(&a.kind) {
            let message = format!("`of` takes a percentage or a number before it; this is {}", describe(&a.kind));
            return self.wrong(Code::C020, left.span, message, "write `5% of …`");
        }
        let b = self.number(right, context)?;
        let kind = b.kind.clone();
        Some(value_of(Node::Arithmetic(Operator::Times, a, b), kind, span))
    }

    /// Whether a value is observed from events, directly or through terms.
    pub(super) fn observes(&self, value: &Value) -> bool {
        let mut found = false;
        self.visit(value, &mut |node, _| {
            found |= matches!(node, Node::Aggregate(_) | Node::Past(_) | Node::OverAll(_));
            if let Node::Term(id) = node {
                let body = self.terms.get(id.index()).map(|term| &term.body);
                found |= matches!(body, Some(TermBody::Measure(_)));
            }
        });
        found
    }

    /// Whether a value depends on the event or asset at hand.
    pub(super) fn depends_on_asset(&self, value: &Value) -> bool {
        let mut found = false;
        self.visit(value, &mut |node, inside| {
            found |= !inside
                && matches!(
                    node,
                    Node::Field(..)
                        | Node::Attribute(..)
                        | Node::Decided(..)
                        | Node::Judged(..)
                        | Node::Deposit
                        | Node::DepositPaid
                        | Node::Since(..)
                        | Node::Rank(_)
                );
        });
        found
    }

    /// Shows every node of a value, those of terms that stand for values included; the flag tells whether the
    /// node is inside of an aggregate.
    pub(super) fn visit(&self, value: &Value, see: &mut dyn FnMut(&Node, bool)) {
        self.visit_in(value, false, see);
    }

    fn visit_in(&self, value: &Value, inside: bool, see: &mut dyn FnMut(&Node, bool)) {
        see(&value.node, inside);
        let inner = inside || matches!(*value.node, Node::Aggregate(_));
        for part in value.node.parts() {
            self.visit_in(part, inner, see);
        }
        if let Node::Term(id) | Node::Looked(id, _) = &*value.node
            && let Some(TermBody::Value(value)) = self.terms.get(id.index()).map(|term| &term.body)
        {
            self.visit_in(value, inner, see);
        }
    }
}
