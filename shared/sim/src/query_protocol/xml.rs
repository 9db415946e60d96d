//! The XML of awsQuery answers.

use std::fmt::Display;

use quick_xml::escape::escape;

/// Elements, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Xml(String);

impl Xml {
    /// Returns the elements that `fill` writes.
    pub(crate) fn build(fill: impl FnOnce(&mut Self)) -> String {
        let mut xml = Self::default();
        fill(&mut xml);
        xml.0
    }

    /// Writes a text.
    pub(crate) fn content(&mut self, value: &str) {
        self.0.push_str(&escape(value));
    }

    /// Writes an element with a text.
    pub(crate) fn text(&mut self, name: &str, value: impl Display) {
        self.element(name, |xml| xml.content(&value.to_string()));
    }

    /// Writes an element with a text, if there is one.
    pub(crate) fn maybe(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// Writes an element with elements in it.
    pub(crate) fn element(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.0.push_str(&format!("<{name}>"));
        fill(self);
        self.0.push_str(&format!("</{name}>"));
    }

    /// Writes a list: one `member` for each item.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        fill: impl Fn(&mut Self, T),
    ) {
        self.element(name, |xml| {
            for item in items {
                xml.element("member", |xml| fill(xml, item));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_value_is_escaped() {
        assert_eq!(Xml::build(|xml| xml.text("Key", "a<b&c")), "<Key>a&lt;b&amp;c</Key>");
    }
}
