//! The Terraform module: the stack of the template, with the code in a bucket. Terraform evaluates the module if
//! Terraform and the provider are installed.

mod binary;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use sim::deployment::in_json;

use self::binary::Terraform;
use crate::template_parameters::not_default;
use crate::world::root;

const MODULES: [&str; 2] = ["infra/terraform", "infra/terraform/hook"];
const FUNCTIONS: [&str; 4] = ["asg-lifecycle", "spot-interruption", "ecs-state-change", "sweep"];

fn template() -> String {
    std::fs::read_to_string(root().join("infra/template.yaml")).unwrap()
}

/// Writes a file for each function, as cargo lambda does.
fn write_code(folder: &Path) {
    for name in FUNCTIONS {
        std::fs::create_dir_all(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("bootstrap.zip"), name).unwrap();
    }
}

/// Returns the template without the code of its functions, and the code.
fn without_code(template: &str) -> (Value, BTreeMap<String, Value>) {
    let mut template = in_json(template).unwrap_or_else(|mistake| panic!("{mistake}"));
    let mut code = BTreeMap::new();
    for (id, resource) in template["Resources"].as_object_mut().unwrap() {
        let properties = resource.get_mut("Properties").and_then(Value::as_object_mut);
        if let Some(removed) = properties.and_then(|it| it.remove("Code")) {
            code.insert(id.clone(), removed);
        }
    }
    (template, code)
}

#[test]
fn module_replaces_the_code_of_each_function_and_no_other_text() {
    let module = std::fs::read_to_string(root().join("infra/terraform/stack.tf")).unwrap();
    let template = template();

    for name in FUNCTIONS {
        let replaced = format!("Code: ../target/lambda/{name}/bootstrap.zip");
        assert_eq!(template.matches(&format!("      {replaced}\n")).count(), 1, "{replaced}");
        assert!(module.contains(&format!("\"{replaced}\", local.uploaded[\"{name}\"]")), "{name}");
    }
    assert_eq!(template.matches("../").count(), FUNCTIONS.len());
}

#[test]
fn uploaded_template_is_the_packaged_one_but_for_the_code() {
    let Some(terraform) = Terraform::with_provider("terraform console", 5) else { return };
    let module = terraform.copied(MODULES[0], "uploaded");
    let code = module.join("code");
    write_code(&code);

    let variables = [("bucket", "deployments"), ("code", code.to_str().unwrap())];
    let uploaded = terraform.evaluated(&module, &variables, "local.template");

    let uploaded = uploaded.as_str().unwrap();
    let (rest, code) = without_code(uploaded);
    assert_eq!(rest, without_code(&template()).0);
    assert_eq!(code.len(), FUNCTIONS.len());
    for (id, code) in code {
        let key = code["S3Key"].as_str().unwrap();
        assert_eq!(code, json!({ "S3Bucket": "deployments", "S3Key": key }), "{id}");
        assert!(FUNCTIONS.iter().any(|name| key.starts_with(&format!("ebb/{name}-"))), "{key}");
    }
}

#[test]
fn every_parameter_of_the_template_can_be_passed() {
    let Some(terraform) = Terraform::with_provider("terraform console", 5) else { return };
    let module = terraform.copied(MODULES[0], "passed");
    let code = module.join("code");
    write_code(&code);
    let mut given = not_default();
    given.remove("Name");

    let parameters = serde_json::to_string(&given).unwrap();
    let variables = [
        ("bucket", "deployments"),
        ("code", code.to_str().unwrap()),
        ("name", "drainer"),
        ("parameters", parameters.as_str()),
    ];
    let passed = terraform.evaluated(&module, &variables, "local.parameters");

    given.insert("Name".to_owned(), "drainer".to_owned());
    assert_eq!(passed, json!(given));
}

#[test]
fn terraform_would_write_the_modules_as_they_are_written() {
    let Some(terraform) = Terraform::alone("terraform fmt") else { return };

    for module in MODULES {
        let folder = terraform.copied(module, "written");
        terraform.run(&folder, &["fmt", "-check", "-diff"]);
    }
}

#[test]
fn provider_5_finds_the_modules_valid() {
    assert_valid_with(5);
}

#[test]
fn provider_6_finds_the_modules_valid() {
    assert_valid_with(6);
}

fn assert_valid_with(major: u32) {
    let what = format!("terraform validate with hashicorp/aws {major}");
    let Some(terraform) = Terraform::with_provider(&what, major) else { return };

    for module in MODULES {
        let folder = terraform.copied(module, &format!("valid-{major}"));
        terraform.run(&folder, &["validate"]);
    }
}
