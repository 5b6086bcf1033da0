//! What the kinds of `admissionregistration.k8s.io` hold, as far as their types are checked.

use serde_json::Value;

use crate::field::FieldError;
use crate::shape::{METADATA, SELECTOR, STRING, STRINGS, Shape, Struct};

const RULES: Shape = Shape::List(
    "v1.NamedRuleWithOperations",
    &Shape::Struct(&Struct {
        name: "NamedRuleWithOperations",
        fields: &[
            ("apiGroups", STRINGS),
            ("apiVersions", STRINGS),
            ("operations", Shape::List("v1.OperationType", &Shape::Text("v1.OperationType"))),
            ("resourceNames", STRINGS),
            ("resources", STRINGS),
            ("scope", Shape::Text("v1.ScopeType")),
        ],
    }),
);

static MATCH_RESOURCES: Struct = Struct {
    name: "MatchResources",
    fields: &[
        ("excludeResourceRules", RULES),
        ("matchPolicy", Shape::Text("v1.MatchPolicyType")),
        ("namespaceSelector", Shape::Struct(&SELECTOR)),
        ("objectSelector", Shape::Struct(&SELECTOR)),
        ("resourceRules", RULES),
    ],
};

const CONDITIONS: Shape = Shape::List(
    "v1.MatchCondition",
    &Shape::Struct(&Struct { name: "MatchCondition", fields: &[("expression", STRING), ("name", STRING)] }),
);

const VARIABLES: Shape = Shape::List(
    "v1.Variable",
    &Shape::Struct(&Struct { name: "Variable", fields: &[("expression", STRING), ("name", STRING)] }),
);

const PARAM_KIND: Shape =
    Shape::Struct(&Struct { name: "ParamKind", fields: &[("apiVersion", STRING), ("kind", STRING)] });

const PARAM_REF: Shape = Shape::Struct(&Struct {
    name: "ParamRef",
    fields: &[
        ("name", STRING),
        ("namespace", STRING),
        ("parameterNotFoundAction", Shape::Text("v1.ParameterNotFoundActionType")),
        ("selector", Shape::Struct(&SELECTOR)),
    ],
});

static POLICY: Struct = Struct {
    name: "ValidatingAdmissionPolicy",
    fields: &[
        ("metadata", METADATA),
        (
            "spec",
            Shape::Struct(&Struct {
                name: "ValidatingAdmissionPolicySpec",
                fields: &[
                    (
                        "auditAnnotations",
                        Shape::List(
                            "v1.AuditAnnotation",
                            &Shape::Struct(&Struct {
                                name: "AuditAnnotation",
                                fields: &[("key", STRING), ("valueExpression", STRING)],
                            }),
                        ),
                    ),
                    ("failurePolicy", Shape::Text("v1.FailurePolicyType")),
                    ("matchConditions", CONDITIONS),
                    ("matchConstraints", Shape::Struct(&MATCH_RESOURCES)),
                    ("paramKind", PARAM_KIND),
                    (
                        "validations",
                        Shape::List(
                            "v1.Validation",
                            &Shape::Struct(&Struct {
                                name: "Validation",
                                fields: &[
                                    ("expression", STRING),
                                    ("message", STRING),
                                    ("messageExpression", STRING),
                                    ("reason", Shape::Text("v1.StatusReason")),
                                ],
                            }),
                        ),
                    ),
                    ("variables", VARIABLES),
                ],
            }),
        ),
    ],
};

static BINDING: Struct = Struct {
    name: "ValidatingAdmissionPolicyBinding",
    fields: &[
        ("metadata", METADATA),
        (
            "spec",
            Shape::Struct(&Struct {
                name: "ValidatingAdmissionPolicyBindingSpec",
                fields: &[
                    ("matchResources", Shape::Struct(&MATCH_RESOURCES)),
                    ("paramRef", PARAM_REF),
                    ("policyName", STRING),
                    ("validationActions", Shape::List("v1.ValidationAction", &Shape::Text("v1.ValidationAction"))),
                ],
            }),
        ),
    ],
};

static MUTATING: Struct = Struct {
    name: "MutatingAdmissionPolicy",
    fields: &[
        ("metadata", METADATA),
        (
            "spec",
            Shape::Struct(&Struct {
                name: "MutatingAdmissionPolicySpec",
                fields: &[
                    ("failurePolicy", Shape::Text("v1.FailurePolicyType")),
                    ("matchConditions", CONDITIONS),
                    ("matchConstraints", Shape::Struct(&MATCH_RESOURCES)),
                    ("mutations", Shape::List("v1.Mutation", &Shape::Any)),
                    ("paramKind", PARAM_KIND),
                    ("reinvocationPolicy", Shape::Text("v1.ReinvocationPolicyType")),
                    ("variables", VARIABLES),
                ],
            }),
        ),
    ],
};

static MUTATING_BINDING: Struct = Struct {
    name: "MutatingAdmissionPolicyBinding",
    fields: &[
        ("metadata", METADATA),
        (
            "spec",
            Shape::Struct(&Struct {
                name: "MutatingAdmissionPolicyBindingSpec",
                fields: &[
                    ("matchResources", Shape::Struct(&MATCH_RESOURCES)),
                    ("paramRef", PARAM_REF),
                    ("policyName", STRING),
                ],
            }),
        ),
    ],
};

fn kind_of(kind: &str) -> &'static Struct {
    match kind {
        "ValidatingAdmissionPolicy" => &POLICY,
        "ValidatingAdmissionPolicyBinding" => &BINDING,
        "MutatingAdmissionPolicy" => &MUTATING,
        _ => &MUTATING_BINDING,
    }
}

/// The fields of a document that its kind does not have. The server drops them, kubectl refuses them.
pub(super) fn unknown_fields(document: &Value, kind: &str) -> Vec<FieldError> {
    kind_of(kind).unknown_fields(document)
}

/// The first value of a document that has not the type of its field.
pub(super) fn wrong_type(document: &Value, kind: &str) -> Option<FieldError> {
    kind_of(kind).wrong_type(document, "v1")
}
