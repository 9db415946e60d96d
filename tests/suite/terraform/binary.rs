//! An installed `terraform`, or the one in `EBB_TERRAFORM`, and a folder of plugins: the one in `EBB_TERRAFORM_PLUGINS`
//! or a usual one. The tests download nothing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::world::root;

/// Folders of plugins for every user of a machine (Terraform CLI documentation, implied local mirror directories; and usual
/// places in images).
const USUAL: [&str; 3] =
    ["/opt/tf-plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"];

/// A terraform, and the plugins that it may use.
pub(super) struct Terraform {
    binary: PathBuf,
    plugins: Option<(PathBuf, u32)>,
}

impl Terraform {
    /// Returns the terraform of this machine without a provider. With `None` the test prints that it is skipped.
    pub(super) fn alone(what: &str) -> Option<Self> {
        let binary = std::env::var_os("EBB_TERRAFORM").unwrap_or_else(|| "terraform".into());
        let version = Command::new(&binary).arg("version").output();
        if version.is_ok_and(|it| it.status.success()) {
            return Some(Self { binary: binary.into(), plugins: None });
        }
        skipped(what, "there is no terraform (to enable: install it, or name it in EBB_TERRAFORM)");
        None
    }

    /// Returns the terraform of this machine with a provider of this major version. With `None` the test prints that it
    /// is skipped.
    pub(super) fn with_provider(what: &str, major: u32) -> Option<Self> {
        let terraform = Self::alone(what)?;
        let Some(folder) = plugins(major) else {
            skipped(
                what,
                &format!(
                    "no folder of plugins holds hashicorp/aws {major} (to enable: terraform providers mirror FOLDER in \
                     infra/terraform, and name it in EBB_TERRAFORM_PLUGINS)"
                ),
            );
            return None;
        };
        Some(Self { plugins: Some((folder, major)), ..terraform })
    }

    /// Copies a module, and initializes the copy with the provider. Terraform then writes no files among the sources.
    pub(super) fn copied(&self, module: &str, what_for: &str) -> PathBuf {
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(what_for);
        let folder = copy.join(module);
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).unwrap();
        for file in entries(&root().join(module)) {
            if file.extension().is_some_and(|extension| extension == "tf") {
                std::fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
            }
        }
        std::fs::copy(root().join("infra/template.yaml"), copy.join("infra/template.yaml"))
            .unwrap();
        std::fs::write(folder.join("cli.tfrc"), self.mirror()).unwrap();
        if let Some((_, major)) = self.plugins {
            let providers =
                format!("aws = {{ source = \"hashicorp/aws\", version = \"~> {major}.0\" }}");
            let text =
                format!("terraform {{\n  required_providers {{\n    {providers}\n  }}\n}}\n");
            std::fs::write(folder.join("major_override.tf"), text).unwrap();
            self.run(&folder, &["init", "-input=false", "-backend=false"]);
        }
        folder
    }

    fn mirror(&self) -> String {
        self.plugins.as_ref().map_or(String::new(), |(folder, _)| {
            format!("provider_installation {{\n  filesystem_mirror {{ path = {folder:?} }}\n}}\n")
        })
    }

    /// Returns the value of an expression in a module with these variables.
    pub(super) fn evaluated(
        &self,
        module: &Path,
        variables: &[(&str, &str)],
        expression: &str,
    ) -> Value {
        let mut command = self.command(module);
        command.arg("console");
        command.args(variables.iter().map(|(name, value)| format!("-var={name}={value}")));
        let input = module.join("expression");
        std::fs::write(&input, format!("jsonencode({expression})\n")).unwrap();
        let output = command.stdin(std::fs::File::open(input).unwrap()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let encoded: String = serde_json::from_str(text.trim()).unwrap_or_else(|error| {
            panic!("{error}: {text}{}", String::from_utf8_lossy(&output.stderr))
        });
        serde_json::from_str(&encoded).unwrap()
    }

    /// Runs terraform in a folder. Fails the test if terraform fails.
    pub(super) fn run(&self, folder: &Path, arguments: &[&str]) {
        let output = self.command(folder).args(arguments).arg("-no-color").output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert!(output.status.success(), "{}: {arguments:?}: {printed}", folder.display());
    }

    /// Returns a command that neither reads nor writes files of the user.
    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        command.current_dir(folder).env_remove("TF_DATA_DIR");
        command.env("TF_CLI_CONFIG_FILE", folder.join("cli.tfrc")).env("CHECKPOINT_DISABLE", "1");
        command
    }
}

/// Returns a folder of plugins with a provider of this major version that the modules allow.
fn plugins(major: u32) -> Option<PathBuf> {
    let named = ["EBB_TERRAFORM_PLUGINS", "TF_PLUGIN_CACHE_DIR"];
    let named = named.into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".terraform.d/plugins"));
    let mut places = named.chain(home).chain(USUAL.map(PathBuf::from));
    places.find(|folder| holds(folder, major))?.canonicalize().ok()
}

/// Returns true if a folder holds a provider of this major version. The levels below are hosts, namespaces, types, and
/// versions or files with a version in their names (Terraform CLI documentation, provider installation).
fn holds(folder: &Path, major: u32) -> bool {
    let versions =
        entries(folder).into_iter().flat_map(|host| entries(&host.join("hashicorp/aws")));
    versions.into_iter().any(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let version = name.strip_prefix("terraform-provider-aws_").unwrap_or(&name);
        let mut numbers = version.split('.').map(|it| it.parse::<u32>().unwrap_or_default());
        let (found, minor) = (numbers.next(), numbers.next().unwrap_or_default());
        found == Some(major) && (major > 5 || minor >= 100)
    })
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

// No macro: the test harness hides the output of macros in a test that passes.
fn skipped(what: &str, why: &str) {
    writeln!(std::io::stderr(), "SKIPPED: {what}: {why}").ok();
}
