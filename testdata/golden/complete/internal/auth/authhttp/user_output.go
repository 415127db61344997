package authhttp

import "example.com/myapi/internal/auth"

// userOutput is the answer of an operation that shows one user.
type userOutput struct {
	Body UserResponse
}

func showUser(u auth.User, err error) (*userOutput, error) {
	if err != nil {
		return nil, err
	}
	return &userOutput{Body: newUserResponse(u)}, nil
}
