//! Health and metrics.

use super::*;

#[test]
fn probes_say_what_is_missing() {
    let running = Running::plain(config());
    let mut admin = running.admin();
    assert_eq!(admin.get("/livez").status, 200);
    assert_eq!(admin.get("/startupz").status, 503);
    let answer = admin.get("/readyz");
    assert_eq!((answer.status, answer.text()), (503, "not ready: start\n"));
    let part = running.readiness.part("assignment orders");
    running.readiness.started();
    assert_eq!(admin.get("/startupz").status, 200);
    assert_eq!(admin.get("/readyz").text(), "not ready: assignment orders\n");
    part.ready();
    assert_eq!(admin.get("/readyz").status, 200);
    running.readiness.drain();
    assert_eq!(admin.get("/readyz").text(), "not ready: draining\n");
    assert_eq!(admin.get("/livez").status, 200);
}

#[test]
fn a_scrape_shows_what_requests_did() {
    let running = Running::plain(config());
    let lines = b"{\"mail\":\"bob@corp.com\"}\n{\"n\":1}\n{\n";
    let answer = running.http().post("/v1/anonymize", "application/x-ndjson", lines);
    assert_eq!(answer.header("privet-refused"), Some("1"));
    let scrape = running.admin().get("/metrics");
    assert_eq!(scrape.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    for line in [
        r#"privet_records_total{product="plain",face="http",disposition="forward"} 2"#,
        r#"privet_records_total{product="plain",face="http",disposition="dead_letter"} 1"#,
        r#"privet_changed_records_total{product="plain",face="http"} 1"#,
        r#"privet_findings_total{product="plain",face="http",entity="EMAIL_ADDRESS",treatment="changed"} 1"#,
        r#"privet_operations_total{product="plain",face="http",operator="replace"} 1"#,
        r#"privet_http_requests_total{listener="http",status="200"} 1"#,
        r#"privet_ready{part="http"} 1"#,
    ] {
        assert!(scrape.text().lines().any(|other| other == line), "{line} is not in\n{}", scrape.text());
    }
    assert!(!scrape.text().contains("bob"));
}

#[test]
fn records_never_pass_here_and_health_never_there() {
    let running = Running::plain(config());
    let answer = running.admin().post("/v1/anonymize", "text/plain", b"bob@corp.com");
    assert_eq!((answer.status, answer.problem().as_str()), (404, "not_found"));
    assert!(!answer.text().contains("bob"));
    for path in ["/metrics", "/readyz", "/livez", "/"] {
        assert_eq!(running.http().get(path).problem(), "not_found");
    }
    let answer = running.admin().post("/metrics", "text/plain", b"");
    assert_eq!((answer.status, answer.problem().as_str()), (405, "method_not_allowed"));
    assert_eq!(answer.header("allow"), Some("GET,HEAD"));
}

#[test]
fn draining_a_listener_takes_it_out_of_the_ready_parts() {
    let running = Running::plain(config());
    running.readiness.started();
    assert!(running.readiness.missing().is_empty());
    let Running { listeners, readiness, metrics } = running;
    listeners.drain();
    assert_eq!(readiness.missing(), ["admin", "http", "draining"]);
    assert!(metrics.encode().contains("privet_http_connections{listener=\"http\"} 0\n"));
}
