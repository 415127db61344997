package authhttp

// messageOutput is the answer of an operation that only tells it was done.
type messageOutput struct {
	Body struct {
		Message string `json:"message"`
	}
}

func showMessage(message string, err error) (*messageOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &messageOutput{}
	out.Body.Message = message
	return out, nil
}
