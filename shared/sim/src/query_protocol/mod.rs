//! The query protocol as the services see it: flattened parameters, and the XML of answers (Smithy,
//! aws-query-protocol).

mod parameters;
mod xml;

pub(crate) use parameters::{Parameters, invalid};
pub(crate) use xml::Xml;
