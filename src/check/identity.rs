//! Events that give their asset another identity.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::value::Kind;
use crate::check::checker::Checker;
use crate::check::contract::Field;
use crate::check::kinds::describe;
use crate::syntax::tree;

impl Checker<'_> {
    /// A new identity is a text of an event that happens to an asset, and one at a time.
    pub(super) fn check_identity(&mut self, event: &tree::Event, fields: &[Field]) {
        let mut given = event.fields.iter().filter_map(|field| Some((field, field.identity.as_ref()?)));
        let Some((field, identity)) = given.next() else { return };
        let (other, span) = (given.next(), identity.span);
        let help = "write it behind a text of an event that happens to an asset: `event retagged of pump { tag text, new identity, the old one ends }`";
        if event.family.is_none() {
            let message = "what happens without an asset gives none another identity".to_owned();
            self.wrong::<()>(Code::C127, span, message, help);
            return;
        }
        let kind = fields.iter().find(|known| known.name == field.name.node).map(|known| known.kind.clone());
        if let Some(kind) = kind.filter(|kind| *kind != Kind::Text) {
            let message = format!("an identity is a text, and `{}` is {}", field.name.node, describe(&kind));
            self.wrong::<()>(Code::C127, span, message, help);
            return;
        }
        if let Some((_, second)) = other {
            let message = "one event gives an asset one identity".to_owned();
            self.wrong::<()>(Code::C127, second.span, message, help);
            return;
        }
        if identity.node.is_none() {
            let name = event.names.first().map_or("", |name| name.node.as_str());
            self.report(
                Diagnostic::new(
                    Code::C126,
                    span,
                    format!("it is not said what is reported under the old identity after `{name}`"),
                )
                .label("P1 becomes P2 on the 10th, and something is reported of P1 on the 15th")
                .answer("new identity, the old one stays", "it is about P2: both identities name the asset")
                .answer("new identity, the old one ends", "it is rejected and listed: P1 is nobody's identity")
                .help("write one of them behind the field"),
            );
        }
    }

    /// An attribute is no event: it gives no identity.
    pub(super) fn refuse_identity(&mut self, attributes: &[tree::Field]) {
        for identity in attributes.iter().filter_map(|field| field.identity.as_ref()) {
            let help = "let an event give it: `event retagged of pump { tag text, new identity, the old one ends }`";
            let message = "an attribute does not give an asset another identity".to_owned();
            self.wrong::<()>(Code::C127, identity.span, message, help);
        }
    }
}
