//! Subjects of log lines: one EC2 instance with its group and its place in ECS.

use std::fmt;

use drain::observation::Observation;

use crate::observe::conversion::short_id;

/// Subject of a log line. Cluster and container instance are short ids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LogSubject<'a> {
    pub(super) ec2_instance: &'a str,
    pub(super) cluster: Option<&'a str>,
    pub(super) container_instance: Option<&'a str>,
}

impl<'a> LogSubject<'a> {
    pub(super) fn new(seen: &'a Observation) -> Self {
        let it = seen.container_instance.present();
        Self {
            ec2_instance: &seen.ec2_instance,
            cluster: it.map(|it| short_id(&it.cluster)),
            container_instance: it.map(|it| short_id(&it.arn)),
        }
    }
}

impl fmt::Display for LogSubject<'_> {
    /// Writes `i-1 (cluster web, container instance 0f1e)`, without the part that is not known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ec2_instance)?;
        match (self.cluster, self.container_instance) {
            (Some(cluster), Some(container_instance)) => {
                write!(f, " (cluster {cluster}, container instance {container_instance})")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subject_names_the_known_parts() {
        let bare = LogSubject { ec2_instance: "i-1", ..LogSubject::default() };
        let whole = LogSubject { cluster: Some("web"), container_instance: Some("0f1e"), ..bare };

        assert_eq!(bare.to_string(), "i-1");
        assert_eq!(whole.to_string(), "i-1 (cluster web, container instance 0f1e)");
    }
}
