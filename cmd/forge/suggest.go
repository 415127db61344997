package main

import "strings"

// nearest returns the candidate that word was probably meant to be, or "".
func nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, bestDistance := "", len(word)/3+2
	for _, candidate := range candidates {
		distance := editDistance(word, candidate)
		if strings.HasPrefix(candidate, word) && len(word) >= 2 {
			distance = 1
		}
		if distance < bestDistance {
			best, bestDistance = candidate, distance
		}
	}
	return best
}

// didYouMean returns the hint for an unknown word: the nearest known one, or
// help when none is near.
func didYouMean(prefix, near, help string) string {
	if near == "" {
		return help
	}
	return prefix + near + "?"
}

// editDistance counts the letters to insert, delete, replace or swap with
// their neighbour to turn a into b.
func editDistance(a, b string) int {
	previous, current := make([]int, len(b)+1), make([]int, len(b)+1)
	var beforePrevious []int
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], beforePrevious[j-2]+1)
			}
		}
		beforePrevious, previous, current = previous, current, make([]int, len(b)+1)
	}
	return previous[len(b)]
}
