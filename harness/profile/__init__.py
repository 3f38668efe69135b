"""What is asked (programme profiles) and what the subject is (device profiles)."""
