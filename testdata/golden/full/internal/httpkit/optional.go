package httpkit

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Optional is a member of a request's body that may be absent, but not null.
type Optional[T any] struct {
	Value *T // nil: absent
	null  bool
}

// UnmarshalJSON is called for a member that was sent.
func (o *Optional[T]) UnmarshalJSON(encoded []byte) error {
	err := json.Unmarshal(encoded, &o.Value)
	o.null = err == nil && o.Value == nil
	return err
}

// Resolve refuses null, which huma takes for an absent member.
func (o *Optional[T]) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	if o.null {
		return []error{&huma.ErrorDetail{Location: at.String(), Message: "must not be null"}}
	}
	return nil
}

// Schema is that of the value.
func (o Optional[T]) Schema(r huma.Registry) *huma.Schema { return schemaOf[T](r) }

// Or returns the value, or another for an absent one.
func (o Optional[T]) Or(absent T) T {
	if o.Value == nil {
		return absent
	}
	return *o.Value
}

// Nullable is a member of a request's body that may be absent, or null.
type Nullable[T any] struct {
	Value *T // nil: absent, or null
	sent  bool
}

// UnmarshalJSON is called for a member that was sent.
func (n *Nullable[T]) UnmarshalJSON(encoded []byte) error {
	n.sent = true
	return json.Unmarshal(encoded, &n.Value)
}

// Schema is that of the value, or null.
func (n Nullable[T]) Schema(r huma.Registry) *huma.Schema {
	schema := schemaOf[T](r)
	schema.Nullable = true
	return schema
}

// Or returns the value, which is nil for null, or another for an absent one.
func (n Nullable[T]) Or(absent *T) *T {
	if !n.sent {
		return absent
	}
	return n.Value
}

// Change is nil for an absent member, and leads to nil for null.
func (n Nullable[T]) Change() **T {
	if !n.sent {
		return nil
	}
	return &n.Value
}

// schemaOf returns a schema of T that the caller may change.
func schemaOf[T any](r huma.Registry) *huma.Schema {
	schema := *r.Schema(reflect.TypeFor[T](), true, "")
	return &schema
}

// Param is a parameter of a query that may be absent.
type Param[T any] struct {
	Value T
	set   bool
}

// Receiver is where huma puts the value.
func (p *Param[T]) Receiver() reflect.Value { return reflect.ValueOf(&p.Value).Elem() }

// OnParamSet is told whether the parameter was sent.
func (p *Param[T]) OnParamSet(isSet bool, _ any) { p.set = isSet }

// Schema is that of the value.
func (p Param[T]) Schema(r huma.Registry) *huma.Schema { return schemaOf[T](r) }

// Pointer is nil for an absent parameter.
func (p Param[T]) Pointer() *T {
	if !p.set {
		return nil
	}
	return &p.Value
}
