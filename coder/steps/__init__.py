"""The steps of the line, one public function each: the one place where the store meets what computes."""
