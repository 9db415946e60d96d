//! What terraform itself says of the module, where it and the provider are at hand: an installed `terraform`, or the one that
//! `EBB_TERRAFORM` names, and a folder of plugins, which `EBB_TERRAFORM_PLUGINS` names or a usual place is. Nothing is downloaded.

use std::fs::DirEntry;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::root;

/// Where plugins are kept for every user of a machine (Terraform CLI documentation, implied local mirror directories; and
/// where images put them).
const USUAL: [&str; 3] =
    ["/opt/tf-plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"];

/// The folder of the plugins, if the provider is in it.
fn plugins() -> Option<PathBuf> {
    let named = ["EBB_TERRAFORM_PLUGINS", "TF_PLUGIN_CACHE_DIR"];
    let named = named.into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".terraform.d/plugins"));
    let mut places = named.chain(home).chain(USUAL.map(PathBuf::from));
    places.find(|folder| holds_the_provider(folder))?.canonicalize().ok()
}

/// Below the folder are hosts, namespaces, types, and versions or files with a version in their names (Terraform CLI
/// documentation, provider installation).
fn holds_the_provider(folder: &Path) -> bool {
    let named = |entry: DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries(folder).any(|host| entries(&host.path().join("hashicorp/aws")).map(named).any(is_tried))
}

fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> {
    std::fs::read_dir(folder).into_iter().flatten().flatten()
}

/// The versions that the module asks for: 5.100 or later, before 6.
fn is_tried(name: String) -> bool {
    let version = name.strip_prefix("terraform-provider-aws_").unwrap_or(&name);
    let minor = version.strip_prefix("5.").and_then(|it| it.split('.').next()?.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= 100)
}

/// The terraform that is to be run; none, told aloud: the test is skipped.
fn terraform(and: &str) -> Option<PathBuf> {
    let named = std::env::var_os("EBB_TERRAFORM").unwrap_or_else(|| "terraform".into());
    let answers = Command::new(&named).arg("version").output().is_ok_and(|it| it.status.success());
    if answers {
        return Some(named.into());
    }
    skipped(&format!(
        "{and}: there is no terraform (to enable: install it, or name it in EBB_TERRAFORM)"
    ));
    None
}

// Not with a macro: those are kept back where a test passes.
fn skipped(what: &str) {
    writeln!(std::io::stderr(), "SKIPPED: {what}").ok();
}

/// Runs terraform in a folder; what it says where it is not content.
fn run(terraform: &Path, folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(terraform);
    command.args(arguments).arg("-no-color").current_dir(folder);
    // Of the user's own nothing is to be read or written.
    command.env("TF_CLI_CONFIG_FILE", folder.join("cli.tfrc")).env("CHECKPOINT_DISABLE", "1");
    let output = command.env_remove("TF_DATA_DIR").output().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr)))
}

/// A copy of a module, for nothing is to be left among the sources.
fn copied(module: &str, what_for: &str, plugins: Option<&Path>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(what_for).join(module);
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder).unwrap();
    for file in entries(&root().join(module)) {
        if file.path().extension().is_some_and(|extension| extension == "tf") {
            std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
    }
    let mirror = plugins.map_or(String::new(), |plugins| {
        format!("provider_installation {{\n  filesystem_mirror {{ path = {plugins:?} }}\n}}\n")
    });
    std::fs::write(folder.join("cli.tfrc"), mirror).unwrap();
    folder
}

const MODULES: [&str; 2] = ["infra/terraform", "infra/terraform/hook"];

#[test]
fn terraform_would_write_the_modules_as_they_are_written() {
    let Some(terraform) = terraform("terraform fmt") else { return };

    for module in MODULES {
        let folder = copied(module, "written", None);
        assert_eq!(run(&terraform, &folder, &["fmt", "-check", "-diff"]), Ok(()), "{module}");
    }
}

#[test]
fn terraform_and_the_provider_find_the_modules_valid() {
    let Some(terraform) = terraform("terraform validate") else { return };
    let Some(plugins) = plugins() else {
        return skipped(
            "terraform validate: no folder of plugins holds hashicorp/aws 5.100 (to enable: terraform \
             providers mirror FOLDER in infra/terraform, and name it in EBB_TERRAFORM_PLUGINS)",
        );
    };

    for module in MODULES {
        let folder = copied(module, "valid", Some(&plugins));
        assert_eq!(run(&terraform, &folder, &["init", "-input=false"]), Ok(()), "{module}");
        assert_eq!(run(&terraform, &folder, &["validate"]), Ok(()), "{module}");
    }
}
