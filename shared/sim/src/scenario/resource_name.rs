//! Names and ids of AWS resources, and the forms that AWS gives them.

/// Most characters of a name that a mistake repeats.
const SHOWN: usize = 60;

/// Kind of resource that a scenario or an event names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceName {
    /// An ECS cluster (ECS API reference, CreateCluster: "Up to 255 letters (uppercase and lowercase), numbers,
    /// underscores, and hyphens are allowed").
    Cluster,
    /// An ECS service (ECS API reference, CreateService: as a cluster).
    Service,
    /// The family of a task definition (ECS API reference, RegisterTaskDefinition: as a cluster).
    Family,
    /// A container (ECS API reference, ContainerDefinition: as a cluster).
    Container,
    /// A capacity provider (ECS API reference, CreateCapacityProvider: as a cluster).
    CapacityProvider,
    /// An Auto Scaling group (Auto Scaling API reference, CreateAutoScalingGroup: "any ASCII character 33 to 126 ...
    /// You cannot use a colon (:) in the name").
    Group,
    /// A lifecycle hook (Auto Scaling API reference, PutLifecycleHook: pattern `[A-Za-z0-9\-_\/]+`).
    Hook,
    /// An EC2 instance (EC2 user guide, resource-ids: 8 or 17 characters after the hyphen).
    Ec2Instance,
}

impl ResourceName {
    /// Returns the mistake in a name, with the form that AWS expects. `None` if the name has that form.
    #[must_use]
    pub fn mistake(self, name: &str) -> Option<String> {
        if self.has_form(name) {
            return None;
        }
        let (noun, form) = (self.noun(), self.form());
        let length = name.chars().count();
        let shown: String = name.chars().take(SHOWN).collect();
        let shown = match length {
            0 => "an empty text".to_owned(),
            _ if length > SHOWN => format!("`{shown}…` ({length} characters)"),
            _ => format!("`{shown}`"),
        };
        Some(format!("{shown} is not {noun}: expected {form}{}", self.hint(name)))
    }

    fn has_form(self, name: &str) -> bool {
        if self == Self::Ec2Instance {
            return is_ec2_instance(name);
        }
        let allowed = |byte: u8| match self {
            Self::Group => byte.is_ascii_graphic() && byte != b':',
            Self::Hook => byte.is_ascii_alphanumeric() || b"-_/".contains(&byte),
            _ => byte.is_ascii_alphanumeric() || b"-_".contains(&byte),
        };
        (1..=255).contains(&name.len()) && name.bytes().all(allowed)
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Cluster => "the name of an ECS cluster",
            Self::Service => "the name of an ECS service",
            Self::Family => "the family of a task definition",
            Self::Container => "the name of a container",
            Self::CapacityProvider => "the name of a capacity provider",
            Self::Group => "the name of an Auto Scaling group",
            Self::Hook => "the name of a lifecycle hook",
            Self::Ec2Instance => "the id of an EC2 instance",
        }
    }

    fn form(self) -> &'static str {
        match self {
            Self::Group => "1 to 255 ASCII characters without spaces and colons",
            Self::Hook => "1 to 255 letters, digits, `-`, `_` and `/`",
            Self::Ec2Instance => "`i-` and 8 or 17 hexadecimal digits in lower case",
            _ => "1 to 255 letters, digits, `-` and `_`",
        }
    }

    /// Returns the correction of a frequent mistake.
    fn hint(self, name: &str) -> String {
        let last = name.rsplit('/').next().unwrap_or_default();
        match self {
            Self::Ec2Instance if name.starts_with("mi-") => {
                "; `mi-` is an instance of ECS Anywhere, which EC2 Auto Scaling does not manage"
                    .to_owned()
            }
            Self::Ec2Instance => String::new(),
            _ if name.starts_with("arn:") && self.has_form(last) => {
                format!("; write the name without the rest of the ARN: `{last}`")
            }
            _ => String::new(),
        }
    }
}

fn is_ec2_instance(id: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    id.strip_prefix("i-")
        .is_some_and(|rest| matches!(rest.len(), 8 | 17) && rest.bytes().all(is_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(kind: ResourceName, name: &str) -> String {
        kind.mistake(name).unwrap_or_default()
    }

    #[test]
    fn cluster_name_has_letters_digits_hyphens_and_underscores() {
        assert_eq!(ResourceName::Cluster.mistake("Prod_web-1"), None);
        for name in ["prod.web", "prod/web", "my cluster", "", "größe"] {
            let found = mistake(ResourceName::Cluster, name);

            assert!(found.contains("1 to 255 letters, digits, `-` and `_`"), "{name}: {found}");
        }
    }

    #[test]
    fn arn_of_a_cluster_is_answered_with_its_name() {
        let arn = "arn:aws:ecs:eu-west-1:444455556666:cluster/orders";

        let found = mistake(ResourceName::Cluster, arn);

        assert!(found.ends_with("without the rest of the ARN: `orders`"), "{found}");
    }

    #[test]
    fn group_name_of_300_characters_is_shown_in_part() {
        let found = mistake(ResourceName::Group, &"g".repeat(300));

        assert!(found.contains("ggg…` (300 characters)"), "{found}");
        assert_eq!(ResourceName::Group.mistake(&"g".repeat(255)), None);
        assert_eq!(ResourceName::Group.mistake("nodes.demo-0a20.example.sh"), None);
        assert!(ResourceName::Group.mistake("web:blue").is_some());
    }

    #[test]
    fn hook_name_has_no_dot() {
        assert_eq!(ResourceName::Hook.mistake("team/ebb-drain_1"), None);
        assert!(ResourceName::Hook.mistake("ebb.drain").is_some());
    }

    #[test]
    fn ec2_instance_id_has_8_or_17_hexadecimal_digits() {
        assert_eq!(ResourceName::Ec2Instance.mistake("i-0c4f1a7d2e9b83560"), None);
        assert_eq!(ResourceName::Ec2Instance.mistake("i-abcd1111"), None);
        for id in ["web-1", "i-", "i-123", "i-0C4F1A7D2E9B83560", "i-xxxxxxxx"] {
            assert!(ResourceName::Ec2Instance.mistake(id).is_some(), "{id}");
        }
        let anywhere = mistake(ResourceName::Ec2Instance, "mi-0c4f1a7d2e9b83560");
        assert!(anywhere.contains("ECS Anywhere"), "{anywhere}");
    }
}
