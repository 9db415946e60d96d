use super::*;

const HOST: (&str, &str) = ("EBB_NOTIFY_SMTP_HOST", "mail.amazonaws.com");
const FROM: (&str, &str) = ("EBB_NOTIFY_SMTP_FROM", "ebb <ebb@amazonaws.com>");
const TO: (&str, &str) = ("EBB_NOTIFY_SMTP_TO", "ann@amazonaws.com, bob@amazonaws.com");

fn parse(variables: &[(&str, &str)]) -> Result<NotifySettings, Vec<String>> {
    let pairs = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    NotifySettings::from_environment(pairs)
        .map_err(|errors| errors.0.iter().map(ToString::to_string).collect())
}

#[test]
fn process_without_variables_has_no_channel() {
    let settings = parse(&[("EBB_MODE", "act"), ("EBB_NOTIFY_TOPIC_ARN", "")]).unwrap();

    assert_eq!((settings.event_bus, settings.topic_arn), (None, None));
    assert!(settings.webhook.is_none() && settings.smtp.is_none());
}

#[test]
fn port_of_a_mail_server_follows_its_encryption() {
    let port = |tls: &str| {
        let all = [HOST, FROM, TO, ("EBB_NOTIFY_SMTP_TLS", tls)];
        parse(&all).unwrap().smtp.unwrap().port
    };

    assert_eq!((port("starttls"), port("implicit"), port("")), (587, 465, 587));
}

#[test]
fn receivers_are_separated_by_commas() {
    let smtp = parse(&[HOST, FROM, TO]).unwrap().smtp.unwrap();

    assert_eq!(smtp.to.len(), 2);
    assert_eq!(smtp.subject_prefix, "[ebb] ");
}

#[test]
fn errors_name_the_variable_and_the_way_out_all_at_once() {
    let errors = parse(&[
        ("EBB_NOTIFY_TOPIC_ARN", "ops"),
        HOST,
        ("EBB_NOTIFY_SMTP_PORT", "0"),
        ("EBB_NOTIFY_SMTP_USER", "ebb"),
        ("EBB_NOTIFY_SMTP_FROM", "no address"),
        ("EBB_NOTIFY_WINDOW", "1d"),
        ("EBB_NOTIFY_WEBHOOK", "x"),
    ])
    .unwrap_err();

    assert_eq!(
        errors,
        [
            "EBB_NOTIFY_TOPIC_ARN=ops is invalid: expected ARN of an SNS topic of the same Region; none: no messages to a topic",
            "EBB_NOTIFY_SMTP_PORT=0 is invalid: expected a whole number from 1 to 65535",
            "EBB_NOTIFY_SMTP_FROM=no address is invalid: expected a mail address, with or without a name",
            "EBB_NOTIFY_SMTP_TO is not set: EBB_NOTIFY_SMTP_HOST needs it; expected mail addresses, separated by commas",
            "EBB_NOTIFY_SMTP_USER=ebb needs EBB_NOTIFY_SMTP_PASSWORD or EBB_NOTIFY_SMTP_PASSWORD_SECRET",
            "EBB_NOTIFY_WINDOW=1d is invalid: expected a length of time from 0s to 15m",
            "EBB_NOTIFY_WEBHOOK=x is unknown: infra/README.md lists all variables",
        ]
    );
}

#[test]
fn error_about_a_secret_variable_hides_its_value() {
    let errors = parse(&[("EBB_NOTIFY_WEBHOOK_URL", "ftp://a")]).unwrap_err();

    assert_eq!(
        errors,
        [
            "EBB_NOTIFY_WEBHOOK_URL is invalid: expected a URL with https, or with http of this host; none: no webhook, or that of the secret"
        ]
    );
}

#[test]
fn settings_in_a_log_hide_the_password() {
    let all = [
        HOST,
        FROM,
        TO,
        ("EBB_NOTIFY_SMTP_USER", "ebb"),
        ("EBB_NOTIFY_SMTP_PASSWORD", "hidden-password"),
    ];

    let debug = format!("{:?}", parse(&all).unwrap());

    assert!(debug.contains("mail.amazonaws.com") && !debug.contains("hidden-password"), "{debug}");
}

#[test]
fn secret_is_a_value_or_a_reference_and_not_both() {
    let errors = parse(&[
        ("EBB_NOTIFY_WEBHOOK_URL", "https://amazonaws.com/hook"),
        ("EBB_NOTIFY_WEBHOOK_SECRET", "ebb/webhook"),
    ])
    .unwrap_err();

    assert_eq!(
        errors,
        [
            "EBB_NOTIFY_WEBHOOK_SECRET=ebb/webhook is not allowed with EBB_NOTIFY_WEBHOOK_URL: set one of them"
        ]
    );
}

#[test]
fn template_that_makes_no_json_is_an_error_of_its_variable() {
    let errors = parse(&[
        ("EBB_NOTIFY_WEBHOOK_SECRET", "ebb/webhook"),
        ("EBB_NOTIFY_WEBHOOK_TEMPLATE", "{{ subject"),
    ])
    .unwrap_err();

    assert!(
        errors[0].starts_with("EBB_NOTIFY_WEBHOOK_TEMPLATE={{ subject is invalid: "),
        "{errors:?}"
    );
}
